import type { DeepReadonly, Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { derived, from } from '../../src/derived/derived.ts'
import { absent, edited, leave, present, waiting } from '../../src/derived/wanted.ts'
import type { View, World } from '../../src/derived/world.ts'
import { cluster, index, watch } from '../../src/watched-kind.ts'

/*
 * A small system with everything that the real one has: wishes with a finalizer (MirrorPeers), inputs that
 * come and go (blue secrets), copies that several wishes share (green secrets), one document of somebody else
 * with entries of ours in it (Ramen's config), an aggregate of all wishes, and a status made of states.
 */

export interface Wish extends KubeObject {
  readonly spec: { readonly targets: readonly string[] }
  readonly status?: { readonly phase: string; readonly missing: string }
}
export interface Input extends KubeObject {
  readonly type: string
  readonly data: Readonly<Record<string, string>>
}
export interface Config extends KubeObject {
  readonly entries: Readonly<Record<string, string>>
}
export interface Summary extends KubeObject {
  readonly names: readonly string[]
}

const kind = <T extends KubeObject>(name: string): Kind<T> => ({
  group: 'model',
  version: 'v1',
  kind: name,
  plural: `${name.toLowerCase()}s`,
  namespaced: false,
})

export const c = cluster('c', {
  Wish: watch(kind<Wish>('Wish')),
  Input: watch(kind<Input>('Input')),
  Copy: watch(kind<Input>('Copy'), { labelSelector: 'ours' }),
  Config: watch(kind<Config>('Config')),
  Summary: watch(kind<Summary>('Summary')),
})

export const finalizer = 'fin'
/** Of inputs, and of the copies that wishes want. */
export const inputNames = Array.from({ length: 8 }, (_, n) => `i${n}`)
const goneMs = 60_000

type ReadWish = View<Wish, 'spec' | 'meta'>

const wishesByTarget = index(c.Wish, 'by-target', (wish) => [...new Set(wish.spec.targets)])

const isLive = (wish: ReadWish): boolean => wish.metadata.deletionTimestamp === undefined
const isInForce = (wish: ReadWish): boolean =>
  isLive(wish) && (wish.metadata.finalizers ?? []).includes(finalizer)
const ownKey = (object: DeepReadonly<KubeObject>): readonly ObjectKey[] => [
  { name: object.metadata.name ?? '' },
]
const targetKeys = (wish: DeepReadonly<Wish>): readonly ObjectKey[] =>
  wish.spec.targets.map((name) => ({ name }))
const wantedBy = (world: World, target: string): readonly ReadWish[] =>
  world.find(wishesByTarget, target, ['spec', 'meta']).filter(isInForce)

export const copy = derived<Input>({
  name: 'copy',
  kind: c.Copy,
  keys: [from(c.Wish, targetKeys), from(c.Copy, ownKey)],
  ours: (live) => live.metadata.annotations?.['foreign'] === undefined,
  wanted(key, world) {
    if (wantedBy(world, key.name).length === 0) return absent()
    const input = world.spec(c.Input, key)
    if (input === undefined) {
      return world.goneFor(c.Input, key, goneMs) ? absent() : waiting('NoInput', `nobody brought ${key.name}`)
    }
    return present(
      { metadata: { name: key.name, labels: { ours: 'yes' } }, type: input.type, data: input.data },
      { exact: ['data'], immutable: ['type'] },
    )
  },
})

export const configName = 'config'
export const entryOf = (wish: string): string => `ours-${wish}`

const config = derived<Config>({
  name: 'config',
  kind: c.Config,
  keys: [from(c.Config, ownKey), from(c.Wish, () => [{ name: configName }])],
  settleMs: 250,
  wanted(key, world) {
    if (key.name !== configName) return leave()
    const live = world.get(c.Config, key)
    if (live === undefined) return waiting('NoConfig', 'nobody made the config')
    const wishes = world.list(c.Wish, ['spec', 'meta'])
    const entries: Record<string, string> = { ...live.entries }
    for (const wish of wishes) {
      if (isInForce(wish)) entries[entryOf(wish.metadata.name ?? '')] = wish.spec.targets.join(',')
      else if (!isLive(wish)) delete entries[entryOf(wish.metadata.name ?? '')]
    }
    return edited(
      { ...live, entries },
      { confirm: Object.keys(entries).length < Object.keys(live.entries).length },
    )
  },
})

const summary = derived<Summary>({
  name: 'summary',
  kind: c.Summary,
  keys: [from(c.Summary, ownKey), from(c.Wish, () => [{ name: 'summary' }])],
  settleMs: 250,
  wanted(key, world) {
    const names = world.list(c.Wish, ['meta']).filter((wish) => isInForce(wish as ReadWish))
    if (key.name !== 'summary' || names.length === 0) return absent()
    return present({ metadata: { name: key.name }, names: names.map(({ metadata }) => metadata.name ?? '') })
  },
})

const wishMeta = derived<Wish>({
  name: 'wish-meta',
  kind: c.Wish,
  keys: [from(c.Wish, ownKey)],
  wanted(key, world) {
    const wish = world.read(c.Wish, key, ['spec', 'meta'])
    if (wish === undefined) return leave()
    const finalizers = wish.metadata.finalizers ?? []
    const withFinalizers = (next: readonly string[]): Wish => ({
      ...wish,
      metadata: { ...wish.metadata, finalizers: next },
    })
    if (isLive(wish)) {
      return finalizers.includes(finalizer) ? leave() : edited(withFinalizers([...finalizers, finalizer]))
    }
    if (!finalizers.includes(finalizer)) return leave()
    const left = wish.spec.targets.filter(
      (target) => wantedBy(world, target).length === 0 && world.meta(c.Copy, { name: target }) !== undefined,
    )
    if (left.length > 0) return waiting('StillThere', left.join(','))
    const entries = world.spec(c.Config, { name: configName })?.entries
    if (entries !== undefined && entryOf(key.name) in entries) return waiting('EntryStillThere', key.name)
    return edited(withFinalizers(finalizers.filter((name) => name !== finalizer)), { confirm: true })
  },
})

const wishStatus = derived<Wish>({
  name: 'wish-status',
  kind: c.Wish,
  subresource: 'status',
  keys: [from(c.Wish, ownKey)],
  wanted(key, world) {
    const wish = world.get(c.Wish, key)
    if (wish === undefined) return leave()
    if (!isLive(wish)) return edited({ ...wish, status: { phase: 'Deleting', missing: '' } })
    const states = wish.spec.targets.map((name) => ({ name, state: world.state(copy, { name }) }))
    if (states.some(({ state }) => state.is === 'pending'))
      return waiting('Starting', 'not all parts are known')
    const missing = states.filter(({ state }) => state.is !== 'present').map(({ name }) => name)
    return edited({
      ...wish,
      status: { phase: missing.length === 0 ? 'Ready' : 'Waiting', missing: missing.join(',') },
    })
  },
})

export const rules = [copy, config, summary, wishMeta, wishStatus]
export const kinds = [c.Wish, c.Input, c.Copy, c.Config, c.Summary]
