import type { StoreMark } from '../../src/cache/store.ts'
import type { Thing } from './cache-same.ts'

/** What happened to one key on the server. */
export interface Change {
  readonly version: number
  readonly before: Thing | undefined
  readonly after: Thing | undefined
}

/** A list that the server has answered. */
export interface ListAnswer {
  readonly namespace: string
  readonly version: number
  readonly items: readonly Thing[]
  readonly since: StoreMark
}
