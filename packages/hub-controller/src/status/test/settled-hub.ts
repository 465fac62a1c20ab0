import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { keyOf, keyText } from '@odfmo/api-types'
import {
  evaluate,
  staticCache,
  type CacheReader,
  type Derived,
  type State,
  type SyncState,
  type Wanted,
  type WatchedKind,
} from '@odfmo/controller-kit'
import { hubApp } from '../../app.ts'
import { podNamespace } from '../../test/builders.ts'

const app = hubApp({ podNamespace, tokenExchangeImage: 'example.com/agent:1' })
export const { hub } = app

/** By the kinds of `hub`. */
export type Contents = ReadonlyMap<WatchedKind, readonly KubeObject[]>

export interface SettledOptions {
  /** What becomes of a rule, or of one of its keys (`rule namespace/name`), whatever it wants: as when a server refuses it. */
  readonly states?: Readonly<Record<string, State>>
  /** Wall clock, milliseconds; everything synced at 0. */
  readonly now: number
  readonly notServed?: readonly WatchedKind[]
}

/** What the hub makes of a world when nothing is left to be done. */
export interface Settled {
  readonly contents: Contents
  /** By rule and key. */
  readonly states: ReadonlyMap<string, State>
}

const mostRounds = 20

/**
 * All rules over all keys, each answer applied at once, until nothing changes: what the real hub comes to, without a
 * server and in no time. Objects that OCM or an agent would write are given, not made.
 */
export const settledHub = (
  given: Contents,
  { states = {}, now, notServed = [] }: SettledOptions,
): Settled => {
  const sync = new Map<WatchedKind, SyncState>(notServed.map((of) => [of, { is: 'notServed' }]))
  const forced = (rule: Derived, key: ObjectKey): State | undefined =>
    states[`${rule.name} ${keyText(key)}`] ?? states[rule.name]
  const answer = (cache: CacheReader, rule: Derived, key: ObjectKey): Wanted<KubeObject> =>
    evaluate(rule, key, cache, {
      now,
      stateOf: (other, at) => forced(other, at) ?? stateOf(answer(cache, other, at), cache, other, at),
    }).wanted
  let contents = given
  let cache = staticCache([...contents], { sync })
  for (let round = 0; round < mostRounds; round += 1) {
    const known = new Map<string, State>()
    let changed = false
    for (const rule of app.derived) {
      for (const key of keysOf(rule, contents)) {
        const wanted = answer(cache, rule, key)
        const force = forced(rule, key)
        const next = force === undefined ? applied(contents, rule, key, wanted) : contents
        if (JSON.stringify(next.get(rule.kind)) !== JSON.stringify(contents.get(rule.kind))) {
          changed = true
          contents = next
          cache = staticCache([...contents], { sync })
        }
        known.set(`${rule.name} ${keyText(key)}`, force ?? stateOf(wanted, cache, rule, key))
      }
    }
    if (!changed) return { contents, states: known }
  }
  throw new Error(`the hub does not settle in ${mostRounds} rounds`)
}

const keysOf = (rule: Derived, contents: Contents): readonly ObjectKey[] => {
  const keys = [
    ...(rule.always ?? []),
    ...rule.keys.flatMap((source) =>
      (contents.get(source.of) ?? []).flatMap((object) => source.keys(object as never)),
    ),
  ]
  return [...new Map(keys.map((key) => [keyText(key), key])).values()]
}

/** As the engine says it of what is written already. */
const stateOf = (
  wanted: Wanted<KubeObject>,
  cache: CacheReader,
  { kind }: Derived,
  key: ObjectKey,
): State => {
  const live = cache.get(kind, key)
  switch (wanted.is) {
    case 'waiting':
      return { is: 'waiting', reason: wanted.reason, message: wanted.message }
    case 'leave':
      return { is: 'left' }
    case 'absent':
      return live === undefined
        ? { is: 'absent' }
        : {
            is: 'going',
            message: `being deleted; held by ${(live.metadata.finalizers ?? ['nothing']).join(', ')}`,
          }
    case 'edited':
    case 'present':
      return cache.sync(kind).is === 'notServed'
        ? {
            is: 'waiting',
            reason: 'KindNotServed',
            message: `cluster ${kind.cluster} does not serve ${kind.kind.plural}.${kind.kind.group} yet`,
          }
        : live?.metadata.deletionTimestamp === undefined
          ? { is: 'present' }
          : {
              is: 'going',
              message: `being deleted; held by ${(live.metadata.finalizers ?? ['nothing']).join(', ')}`,
            }
  }
}

const applied = (
  contents: Contents,
  { kind, subresource }: Derived,
  key: ObjectKey,
  wanted: Wanted<KubeObject>,
): Contents => {
  const all = contents.get(kind) ?? []
  const live = all.find((object) => keyText(keyOf(object)) === keyText(key))
  const rest = all.filter((object) => object !== live)
  const put = (object: KubeObject): Contents => new Map([...contents, [kind, [...rest, object].sort(byKey)]])
  switch (wanted.is) {
    case 'waiting':
    case 'leave':
      return contents
    case 'absent':
      return live === undefined || (live.metadata.finalizers ?? []).length > 0
        ? contents
        : new Map([...contents, [kind, rest]])
    case 'edited':
      return put(withoutVersion(wanted.object))
    case 'present':
      if (live?.metadata.deletionTimestamp !== undefined && subresource === undefined) return contents
      return put(withoutVersion(merged(live ?? {}, wanted.object) as KubeObject))
  }
}

const byKey = (a: KubeObject, b: KubeObject): number => keyText(keyOf(a)).localeCompare(keyText(keyOf(b)))

/** As if just written: a version is made up anew wherever it is looked at. */
const withoutVersion = (object: KubeObject): KubeObject => {
  const { resourceVersion: _version, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, uid: metadata.uid ?? `uid-of-${keyText(keyOf(object))}` } }
}

const merged = (live: unknown, wanted: unknown): unknown =>
  isMap(live) && isMap(wanted)
    ? Object.fromEntries(
        [...new Set([...Object.keys(live), ...Object.keys(wanted)])].map((key) => [
          key,
          key in wanted ? merged(live[key], wanted[key]) : live[key],
        ]),
      )
    : wanted

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
