import { checkFields, checkWord, refuseOption } from './check-option.ts'
import type { Clock } from './clock/clock.ts'
import type { ClusterOptions } from './cluster.ts'
import { isJsonObject } from './kube-object.ts'

const clusterFields = ['name', 'clock', 'crds', 'controllers', 'port', 'historyLimit', 'journalLimit']
const controllerFields = [
  'garbageCollection',
  'namespaces',
  'csrSigning',
  'serviceAccounts',
  'volumeProtection',
]
const highestPort = 65_535

/** Throws a TypeError unless it is a text that is not empty, or not given. */
export const checkName = (where: string, name: unknown): void => {
  if (name !== undefined && (typeof name !== 'string' || name === '')) refuseOption(where, 'a name', name)
}

/** Throws a TypeError unless it is true, false, or not given. */
export const checkSwitch = (where: string, value: unknown): void => checkWord(where, value, [true, false])

/** Throws a TypeError unless it is a list of objects and paths, or not given. */
export const checkSources = (where: string, sources: unknown): void => {
  const expected = 'a list of objects, files and folders'
  if (sources === undefined) return
  if (!Array.isArray(sources)) refuseOption(where, expected, sources)
  for (const source of sources as readonly unknown[])
    if (typeof source !== 'string' && !isJsonObject(source)) refuseOption(where, expected, source)
}

/** Throws a TypeError unless it tells time, or is not given. */
export const checkClock = (where: string, clock: unknown): void => {
  const { now, monotonic, after, random } = (clock ?? {}) as Partial<Record<keyof Clock, unknown>>
  const isClock = [now, monotonic, after, random].every((method) => typeof method === 'function')
  if (clock !== undefined && !isClock) refuseOption(where, 'a clock, like manualClock()', clock)
}

const checkWhole = (where: string, value: unknown, most = Number.POSITIVE_INFINITY): void => {
  const isWhole = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most
  const range = most === Number.POSITIVE_INFINITY ? 'from 0' : `from 0 to ${most}`
  if (value !== undefined && !isWhole) refuseOption(where, `a whole number ${range}`, value)
}

const checkControllers = (controllers: unknown): void => {
  const where = 'startCluster: controllers'
  if (controllers === undefined || controllers === false) return
  if (!isJsonObject(controllers)) refuseOption(where, 'false or an object', controllers)
  checkFields(where, controllers, controllerFields)
  for (const [name, value] of Object.entries(controllers as object)) checkSwitch(`${where}.${name}`, value)
}

/** Throws a TypeError for options that no cluster in memory can have: a misspelt one would not be heard. */
export const checkClusterOptions = (options: ClusterOptions): void => {
  checkFields('startCluster', options, clusterFields)
  checkName('startCluster: name', options.name)
  checkClock('startCluster: clock', options.clock)
  checkSources('startCluster: crds', options.crds)
  checkControllers(options.controllers)
  checkWhole('startCluster: port', options.port, highestPort)
  checkWhole('startCluster: historyLimit', options.historyLimit)
  checkWhole('startCluster: journalLimit', options.journalLimit)
}
