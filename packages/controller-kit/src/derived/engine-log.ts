import type { EngineReason } from './engine-reasons.ts'
import type { Mistake } from './mistake.ts'
import type { WriteRecord } from '../writing/writer.ts'

const mistakes: ReadonlySet<string> = new Set<Mistake['reason']>(['NotSelected', 'OtherObject'])

/** A write as it is logged: names and paths. */
export const logFieldsOf = (record: WriteRecord, outcome: string): object => ({
  derived: record.by,
  cluster: record.of.cluster,
  object: record.key,
  ...(record.subresource === undefined ? {} : { subresource: record.subresource }),
  ...(record.paths.length === 0 ? {} : { paths: record.paths }),
  outcome,
})

/** What only the author of the rule can put right is an error; the rest may be as its user wants it. */
export const levelOf = (reason: string): 'error' | 'info' => (mistakes.has(reason) ? 'error' : 'info')

/** The reason of a failed state. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error && 'reason' in error && typeof error.reason === 'string' && error.reason !== ''
    ? error.reason
    : ('Failed' satisfies EngineReason)

/** The message of a failed state. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'unknown error'
