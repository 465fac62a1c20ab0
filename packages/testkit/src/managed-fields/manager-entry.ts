import { isJsonObject } from '../kube-object.ts'
import type { FieldSet } from './field-set.ts'
import { fieldsOf, setOf } from './fields-v1.ts'
import type { FieldsV1 } from './fields-v1.ts'

export type Operation = 'Apply' | 'Update'

/** Who owns what, through which path, in which version of the kind. */
export interface ManagerEntry {
  readonly manager: string
  readonly operation: Operation
  readonly apiVersion: string
  /** Empty for the object itself. */
  readonly subresource: string
  /** RFC 3339 seconds; when it last changed something. */
  readonly time: string | undefined
  readonly set: FieldSet
}

/** By `managerKey`. */
export type Managers = Map<string, ManagerEntry>

/** What makes an entry another one: who applies has one, whatever version it was applied in. */
export const managerKey = ({
  manager,
  operation,
  apiVersion,
  subresource,
}: Omit<ManagerEntry, 'set' | 'time'>): string =>
  JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    operation,
    ...(operation === 'Apply' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  })

/** An entry of `metadata.managedFields`. */
interface WrittenEntry {
  readonly manager?: string
  readonly operation: Operation
  readonly apiVersion: string
  readonly time?: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: FieldsV1
  readonly subresource?: string
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const readEntry = (entry: unknown): ManagerEntry => {
  if (!isJsonObject(entry)) throw new SyntaxError('an entry is an object')
  const operation = entry['operation']
  if (operation !== 'Apply' && operation !== 'Update')
    throw new SyntaxError('operation must be `Apply` or `Update`')
  const apiVersion = textOf(entry['apiVersion'])
  if (apiVersion === '') throw new SyntaxError('apiVersion must not be empty')
  if (entry['fieldsType'] !== 'FieldsV1') throw new SyntaxError('invalid fieldsType')
  const time = textOf(entry['time'])
  return {
    manager: textOf(entry['manager']),
    operation,
    apiVersion,
    subresource: textOf(entry['subresource']),
    time: time === '' ? undefined : time,
    set: setOf(entry['fieldsV1'] ?? {}),
  }
}

/** Reads `metadata.managedFields`; undefined when an entry cannot be read. */
export const readManagers = (managedFields: readonly unknown[] = []): Managers | undefined => {
  try {
    return new Map(managedFields.map(readEntry).map((entry) => [managerKey(entry), entry]))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const secondsOf = ({ time }: ManagerEntry): number => (time === undefined ? 0 : Date.parse(time))

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const compareEntries = (left: ManagerEntry, right: ManagerEntry): number =>
  byText(left.operation, right.operation) ||
  secondsOf(left) - secondsOf(right) ||
  byText(left.manager, right.manager) ||
  byText(left.apiVersion, right.apiVersion) ||
  byText(left.subresource, right.subresource)

const writtenEntry = ({
  manager,
  operation,
  apiVersion,
  time,
  set,
  subresource,
}: ManagerEntry): WrittenEntry => ({
  ...(manager === '' ? {} : { manager }),
  operation,
  apiVersion,
  ...(time === undefined ? {} : { time }),
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsOf(set),
  ...(subresource === '' ? {} : { subresource }),
})

/** `metadata.managedFields`: appliers first, then the oldest; undefined when nobody owns anything. */
export const writeManagers = (managers: Managers): WrittenEntry[] | undefined => {
  if (managers.size === 0) return undefined
  const entries = [...managers.values()]
  if (entries.length > 1) entries.sort(compareEntries)
  return entries.map(writtenEntry)
}
