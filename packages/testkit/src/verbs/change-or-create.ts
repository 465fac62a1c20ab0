import { ApiError } from '../api-error.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Api, Target } from './api.ts'
import type { Verb } from './verb.ts'

/** How often a write goes the other way. */
const turnsLimit = 10

export interface Written {
  readonly object: KubeObject
  readonly created: boolean
}

/** The two ways of a write that creates what is not there. */
interface Ways {
  readonly change: () => Verb<KubeObject>
  readonly create: () => Verb<KubeObject>
}

/**
 * Changes what is there, or creates it. Somebody else may create or delete it while others are asked about the write:
 * then it goes the other way.
 */
export function* changeOrCreate(
  { store }: Api,
  { resource, namespace, name }: Target,
  { change, create }: Ways,
): Verb<Written> {
  const isThere = (): boolean => store.get(resource.table, namespace, name) !== undefined
  for (let turns = 1; ; turns += 1) {
    const created = !isThere()
    try {
      return { object: yield* created ? create() : change(), created }
    } catch (error) {
      const isLate = error instanceof ApiError && error.code === (created ? 409 : 404)
      if (!isLate || isThere() !== created || turns === turnsLimit) throw error
    }
  }
}
