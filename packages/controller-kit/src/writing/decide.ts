import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'
import { selectedBy } from '../cache/selector.ts'
import type { Applied } from './applied.ts'
import { difference, newObject } from './difference.ts'
import type { Fields, FieldsOptions } from './fields.ts'
import type { CreateIntent, DeleteIntent, Intent } from './intent.ts'
import type { Json } from './merge-patch.ts'

type Live<T extends KubeObject> = DeepReadonly<T>

/** What an intent means for the object as it is: nothing more, or one write. */
export type Decision<T extends KubeObject> =
  | { readonly is: 'done'; readonly as: Applied<T> }
  | { readonly is: 'create'; readonly object: KubeObject }
  | {
      readonly is: 'patch'
      readonly live: Live<T>
      readonly patch: Json
      readonly subresource?: 'status'
      /** What is still missing from the server's answer; undefined when all was kept. */
      readonly missingFrom: (answer: Live<T>) => Json | undefined
    }
  | { readonly is: 'delete'; readonly live: Live<T> }

const done = <T extends KubeObject>(as: Applied<T>): Decision<T> => ({ is: 'done', as })

/** Pure, but for what the intent's own functions do. Throws what they throw. */
export const decide = <T extends KubeObject>(
  intent: Intent<T>,
  live: Live<T> | undefined,
  nowMs: number,
): Decision<T> => {
  switch (intent.is) {
    case 'create':
      return live === undefined
        ? { is: 'create', object: newObject(intent.object, nowMs) }
        : decideExisting(intent, live, nowMs)
    case 'delete':
      return decideDelete(intent, live)
    case 'patch': {
      if (live === undefined || isOther(live, intent.uid)) return done({ is: 'missing' })
      const fields = typeof intent.fields === 'function' ? intent.fields(live) : intent.fields
      if (fields === undefined) return done({ is: 'unchanged', object: live })
      return decidePatch<T>(live, fields, { ...intent, nowMs })
    }
    case 'status': {
      if (live === undefined || isOther(live, intent.uid)) return done({ is: 'missing' })
      const given: unknown = intent.status
      const status = typeof given === 'function' ? (given(live) as unknown) : given
      if (status === undefined) return done({ is: 'unchanged', object: live })
      return decidePatch<T>(live, { status } as unknown as Fields<T>, { nowMs, subresource: 'status' })
    }
  }
}

const decideExisting = <T extends KubeObject>(
  intent: CreateIntent<T>,
  live: Live<T>,
  nowMs: number,
): Decision<T> => {
  const ours = intent.ours === undefined ? hasOurController(intent.object, live) : intent.ours(live)
  if (ours === false) return done({ is: 'notOurs', object: live })
  // Whoever it belongs to, it cannot be made or kept now.
  if (live.metadata.deletionTimestamp !== undefined) return done({ is: 'going', object: live })
  const decision = decidePatch<T>(live, intent.object as Fields<T>, { ...intent, nowMs })
  // An own create whose answer was lost looks just like this one; anything else may be somebody's.
  return decision.is === 'patch' && ours === undefined ? done({ is: 'notOurs', object: live }) : decision
}

/** Undefined when no controller is named. */
const hasOurController = (wanted: KubeObject, live: Live<KubeObject>): boolean | undefined => {
  const uid = wanted.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid
  if (uid === undefined) return undefined
  return (live.metadata.ownerReferences ?? []).some((owner) => owner.controller === true && owner.uid === uid)
}

const decideDelete = <T extends KubeObject>(
  intent: DeleteIntent<T>,
  live: Live<T> | undefined,
): Decision<T> => {
  if (live === undefined || isOther(live, intent.uid)) return done({ is: 'gone' })
  // A synced cache would not have it: by a live look it must not be taken away either.
  if (intent.cached !== false && !selectedBy(intent.of)(live)) return done({ is: 'gone' })
  if (intent.when?.(live) === false) return done({ is: 'unchanged', object: live })
  if (live.metadata.deletionTimestamp !== undefined) return done({ is: 'going', object: live })
  return { is: 'delete', live }
}

const decidePatch = <T extends KubeObject>(
  live: Live<T>,
  fields: Fields<T>,
  options: FieldsOptions & { readonly nowMs: number; readonly subresource?: 'status' },
): Decision<T> => {
  const patch = difference<T>(live, fields, options)
  if (patch === undefined) return done({ is: 'unchanged', object: live })
  const { subresource } = options
  return {
    is: 'patch',
    live,
    patch,
    ...(subresource === undefined ? {} : { subresource }),
    missingFrom: (answer) => difference<T>(answer, fields, options),
  }
}

const isOther = (live: Live<KubeObject>, uid: string | undefined): boolean =>
  uid !== undefined && live.metadata.uid !== uid
