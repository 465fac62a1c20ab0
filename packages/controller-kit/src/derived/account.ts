import type { DeepReadonly, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import { redact } from '../logging/redact.ts'
import type { WatchedKind } from '../watched-kind.ts'
import type { WriteRecord } from '../writing/writer.ts'
import type { NodeId, Node } from './node.ts'
import { partsOf } from './parts.ts'
import type { State } from './state.ts'
import type { Part } from './world.ts'

/** An object by its names: `{ kind: 'hub.Secret', namespace: 'a', name: 'b' }`. */
export interface ObjectRef extends ObjectKey {
  /** Name of the watched kind. */
  readonly kind: string
}

/** What one evaluation read; names only. */
export interface AccountReads {
  readonly objects: readonly (ObjectRef & { readonly there: boolean; readonly parts: readonly Part[] })[]
  readonly buckets: readonly {
    readonly kind: string
    readonly index: string
    readonly value: string
    readonly namespace?: string
    readonly parts: readonly Part[]
    /** How many are in it. */
    readonly objects: number
  }[]
  readonly lists: readonly {
    readonly kind: string
    readonly parts: readonly Part[]
    readonly objects: number
  }[]
  readonly states: readonly { readonly derived: string; readonly key: ObjectKey }[]
  /** Kinds it read that cannot be believed, or are not served. */
  readonly unsynced: readonly { readonly kind: string; readonly why: string }[]
  /** Wall clock milliseconds at which it is evaluated again by itself. */
  readonly dueAt?: number
}

/** The last write of a key, as it was sent: names and paths, never values. */
export interface LastWrite {
  readonly verb: WriteRecord['verb']
  readonly paths: readonly string[]
  /** `stored`, `gone`, `conflict`, `refused`, `failed`, … */
  readonly outcome: string
  /** Wall clock milliseconds. */
  readonly at: number
}

/**
 * All that an engine knows of one key: what `why` is made of. Plain data that can be sent elsewhere; it has names,
 * paths and reasons, and nothing of what is in an object.
 */
export interface Account {
  readonly derived: string
  /** Name of the watched kind that is written: `hub.Secret`. */
  readonly kind: string
  readonly key: ObjectKey
  readonly subresource?: string
  readonly state: State
  /** The objects that name the key. */
  readonly wantedBy: readonly ObjectRef[]
  /** It exists by itself (`Derived.always`). */
  readonly always: boolean
  readonly read: AccountReads
  /** Failures since the last success: how far its back-off has come. */
  readonly retries: number
  /** Wall clock milliseconds; left out: not evaluated yet. */
  readonly evaluatedAt?: number
  /** Left out: this process has not written it. */
  readonly lastWrite?: LastWrite
}

/** What is told of a node beside what stands in it. */
export interface AccountContext {
  readonly cache: CacheReader
  readonly namers: ReadonlyMap<NodeId, readonly ObjectRef[]>
  readonly retries: number
}

export const refOf = (of: WatchedKind, key: ObjectKey): ObjectRef => ({ kind: of.name, ...key })

/** The account of one node. Pure. */
export const accountOf = (node: Node, { cache, namers, retries }: AccountContext): Account => {
  const { derived, key, state, evaluatedAt, lastWrite } = node
  return {
    derived: derived.name,
    kind: derived.kind.name,
    key,
    ...(derived.subresource === undefined ? {} : { subresource: derived.subresource }),
    // A rule may throw a message with anything in it.
    state: redact(state) as State,
    wantedBy: namers.get(node.id) ?? [],
    always: (derived.always ?? []).some(
      ({ namespace, name }) => namespace === key.namespace && name === key.name,
    ),
    read: readsOf(node, cache),
    retries,
    ...(evaluatedAt === undefined ? {} : { evaluatedAt }),
    ...(lastWrite === undefined ? {} : { lastWrite }),
  }
}

const readsOf = ({ reads }: Node, cache: CacheReader): AccountReads => ({
  objects: reads.objects.map(({ of, key, mask }) => ({
    ...refOf(of, key),
    there: cache.get(of, key) !== undefined,
    parts: partsOf(mask),
  })),
  buckets: reads.buckets.map(({ index, value, namespace, mask }) => ({
    kind: index.of.name,
    index: index.name,
    value,
    ...(namespace === undefined ? {} : { namespace }),
    parts: partsOf(mask),
    objects: cache.find(index, value, namespace).filter((object) => isIn(object, namespace)).length,
  })),
  lists: reads.lists.map(({ of, mask }) => ({
    kind: of.name,
    parts: partsOf(mask),
    objects: cache.list(of).length,
  })),
  states: reads.states.map(({ derived, key }) => ({ derived: derived.name, key })),
  unsynced: reads.kinds.flatMap((of) => {
    const sync = cache.sync(of)
    if (sync.is === 'synced') return []
    return [{ kind: of.name, why: 'why' in sync ? sync.why : 'the server does not serve it' }]
  }),
  ...(reads.dueAt === undefined ? {} : { dueAt: reads.dueAt }),
})

const isIn = (object: DeepReadonly<KubeObject>, namespace: string | undefined): boolean =>
  namespace === undefined || object.metadata.namespace === namespace
