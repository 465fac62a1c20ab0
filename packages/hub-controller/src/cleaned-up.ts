import { keyOf, type MirrorPeer } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { derived, evaluate, leave, type CacheReader } from '@odfmo/controller-kit'
import type { HubKinds } from './kinds.ts'
import { leftovers, type LeftoverRules } from './leftovers.ts'
import { waiting } from './status/waiting.ts'

/**
 * Whether the caches show nothing that only this MirrorPeer wanted; false also where they cannot be believed. For what is told
 * of it when our finalizer is off: nothing is done or left undone because of the answer.
 */
export const isCleanedUp = (
  hub: HubKinds,
  rules: LeftoverRules,
  cache: CacheReader,
  mirrorPeer: DeepReadonly<MirrorPeer>,
): boolean => {
  const question = derived<MirrorPeer>({
    name: 'cleaned-up',
    kind: hub.MirrorPeer,
    keys: [],
    wanted(_key, world) {
      const left = leftovers(hub, world, mirrorPeer, rules)
      return left.length === 0 ? leave() : waiting('CleaningUp', left.join(', '))
    },
  })
  try {
    return evaluate(question, keyOf(mirrorPeer), withMirrorPeer(hub, cache, mirrorPeer)).wanted.is === 'leave'
  } catch {
    return false
  }
}

/** The caches as if the MirrorPeer stood there as it was: what is left behind is found by who leaves it. */
const withMirrorPeer = (
  hub: HubKinds,
  cache: CacheReader,
  mirrorPeer: DeepReadonly<MirrorPeer>,
): CacheReader => {
  const { uid, name } = mirrorPeer.metadata
  return {
    get: (of, key) =>
      of.name === hub.MirrorPeer.name && key.name === name ? (mirrorPeer as never) : cache.get(of, key),
    find(index, value, namespace) {
      const found = cache.find(index, value, namespace)
      if (index.of.name !== hub.MirrorPeer.name) return found
      const others = found.filter(({ metadata }) => metadata.uid !== uid)
      return index.values(mirrorPeer as never).includes(value) ? [...others, mirrorPeer as never] : others
    },
    list: (of) => cache.list(of),
    sync: (of, namespace) => cache.sync(of, namespace),
    namespaces: (of) => cache.namespaces(of),
    goneSince: (of, key) => cache.goneSince(of, key),
    onEvent: (listener) => cache.onEvent(listener),
    onSync: (listener) => cache.onSync(listener),
  }
}
