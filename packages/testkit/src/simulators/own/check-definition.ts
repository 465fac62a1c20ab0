import { checkFields, refuseOption } from '../../check-option.ts'
import type { SimulatorDefinition } from './simulator.ts'

const fields = [
  ...['name', 'for', 'owns', 'watches', 'namespace', 'identity', 'reconcile'],
  ...['clock', 'delayMs', 'fails', 'log'],
]

const refuse = (where: string, expected: string, got: unknown): never =>
  refuseOption(`simulator: ${where}`, expected, got)

const checkKind = (where: string, kind: unknown): void => {
  checkFields(`simulator: ${where}`, kind, ['apiVersion', 'kind', 'concerns'])
  const { apiVersion, kind: name } = kind as Record<string, unknown>
  if (typeof apiVersion !== 'string') refuse(`${where}.apiVersion`, 'a text like apps/v1', apiVersion)
  if (typeof name !== 'string') refuse(`${where}.kind`, 'a text like Deployment', name)
}

const checkKinds = (where: string, kinds: readonly unknown[]): void => {
  if (!Array.isArray(kinds)) refuse(where, 'a list', kinds)
  for (const [at, kind] of kinds.entries()) checkKind(`${where}[${at}]`, kind)
}

/** Throws a TypeError for what is no definition of an operator: plain JavaScript may say anything. */
export const checkDefinition = (definition: SimulatorDefinition): void => {
  checkFields('simulator', definition, fields)
  const { name, owns = [], watches = [], reconcile, delayMs = 0 } = definition
  // it stands in a header
  if (typeof name !== 'string' || !/^[\x20-\x7e]+$/.test(name))
    refuse('name', 'a name like database-operator', name)
  checkKind('for', definition.for)
  checkKinds('owns', owns)
  checkKinds('watches', watches)
  for (const [at, { concerns }] of watches.entries())
    if (typeof concerns !== 'function') refuse(`watches[${at}].concerns`, 'a function', concerns)
  if (typeof reconcile !== 'function') refuse('reconcile', 'a function', reconcile)
  if (!(typeof delayMs === 'number' && delayMs >= 0))
    refuse('delayMs', 'a number of milliseconds from 0', delayMs)
}
