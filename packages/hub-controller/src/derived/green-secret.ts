import { contract, keyOf, keyText, type Secret } from '@odfmo/api-types'
import type { DeepReadonly, ObjectKey } from '@odfmo/api-types/meta'
import { absent, derived, from, present, type Derived, type World } from '@odfmo/controller-kit'
import { greenSecret as greenFrom } from '@odfmo/secret-exchange'
import { clusterGone, namespaceProblem } from '../cluster-state.ts'
import { blueSecret, secretTypeOf } from '../hub-secret.ts'
import type { HubKinds } from '../kinds.ts'
import { partsOf, type PairParts } from '../parts.ts'
import { waitWhilePaused, wishesOf, type MirrorPeerView } from '../standing.ts'
import { waiting } from '../status/waiting.ts'

/** How long a blue secret must have been gone before its copies go: one that is made again takes nothing with it. */
const sourceGoneMs = 60_000

export const isGreen = (secret: Pick<DeepReadonly<Secret>, 'metadata'>): boolean =>
  secretTypeOf(secret) === contract.secretKind.green

/** The copy of a peer's token in this cluster's hub namespace, from where its agent takes it. */
export const greenSecret = (hub: HubKinds): Derived<Secret> =>
  derived({
    name: 'green-secret',
    kind: hub.Secret,
    // Without it a storage cluster cannot mirror, and with an old one it mirrors no more.
    urgent: true,
    keys: [
      from(hub.MirrorPeer, (mirrorPeer) => partsOf(mirrorPeer).pairs.map(({ green }) => green)),
      from(hub.Secret, (secret) => (isGreen(secret) ? [keyOf(secret)] : [])),
    ],
    // Where it is wanted and somebody took the label off or changed it: ours by name and format, and by a type that
    // no agent writes. What goes bears the label: an internal secret may have the name.
    ours: (live, _key, wanted) =>
      isGreen(live) ||
      (wanted !== undefined &&
        hasHubFormat(live) &&
        (secretTypeOf(live) === undefined || live.type === contract.secretType.hub)),
    wanted(key, world) {
      const { pair, paused } = greenWish(hub, world, key)
      if (pair === undefined) return paused ? waitWhilePaused() : absent()
      const gone = clusterGone(hub, world, key.namespace ?? '')
      if (gone !== undefined) return waiting(gone.reason, gone.message)
      const blue = blueSecret(hub, world, pair.source)
      const there = world.meta(hub.Secret, key) !== undefined
      const homeless = there ? undefined : namespaceProblem(hub, world, key.namespace ?? '')
      if (homeless !== undefined) return waiting('NoNamespace', homeless)
      if (blue.is === 'found') {
        return present(greenFrom({ blue: blue.value, receiver: pair.receiver.ref }), {
          exact: ['data'],
          immutable: ['type'],
        })
      }
      // Who is suspended loses nothing, also where a deleting one asks for the same.
      const lost = there && !paused && world.goneFor(hub.Secret, pair.source.hubSecret, sourceGoneMs)
      return lost ? absent() : waiting(blue.reason, blue.message)
    },
  })

/** Which direction of which MirrorPeer a green secret is for. */
export interface GreenWish {
  readonly pair: PairParts | undefined
  readonly by: MirrorPeerView | undefined
  readonly paused: boolean
}

/** Who wants a green secret, and from what it is made: where several do, the first decides for which receiver. */
export const greenWish = (hub: HubKinds, world: World, key: ObjectKey): GreenWish => {
  const candidates = world.find(hub.mirrorPeersByGreen, keyText(key), ['spec', 'meta'])
  const { by, paused } = wishesOf(hub, world, candidates)
  const [first] = by
  const pair = first === undefined ? undefined : pairOfGreen(first, key)
  return { pair, by: first, paused }
}

const pairOfGreen = (mirrorPeer: MirrorPeerView, key: ObjectKey): PairParts | undefined =>
  partsOf(mirrorPeer).pairs.find(({ green }) => keyText(green) === keyText(key))

const hasHubFormat = ({ data }: DeepReadonly<Secret>): boolean =>
  data?.[contract.hubSecretKey.secretData] !== undefined &&
  data[contract.hubSecretKey.secretOrigin] !== undefined
