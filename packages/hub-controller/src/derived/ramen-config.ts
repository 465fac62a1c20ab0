import { contract, elder, keyOf, type ConfigMap } from '@odfmo/api-types'
import type { ObjectKey } from '@odfmo/api-types/meta'
import { derived, edited, from, leave, type Derived, type World } from '@odfmo/controller-kit'
import type { HubKinds } from '../kinds.ts'
import { partsOf, type RefParts } from '../parts.ts'
import { publicationOf } from '../published-bucket.ts'
import { editRamenConfig } from '../ramen-config/edit.ts'
import type { DropProfile, ProfileEdits, PutProfile } from '../ramen-config/plan.ts'
import { ramenConfigKey } from '../ramen-config/profile.ts'
import { exactly } from '../ramen-config/profiles-in-config.ts'
import {
  hasHubFinalizer,
  isDeleting,
  isUser,
  standing,
  type MirrorPeerView,
  type Standing,
} from '../standing.ts'
import { isInConfig, managesS3 } from './ramen-secret.ts'
import { waiting } from '../status/waiting.ts'

/** A burst of MirrorPeers is one write: the text grows with all of them. */
const settleMs = 250

export const ramenConfigKeyOf = (hub: HubKinds): ObjectKey => ({
  namespace: hub.podNamespace,
  name: contract.ramen.configMap,
})

/** Ramen's configuration: the S3 profiles of all MirrorPeers with manageS3, in one write. */
export const ramenConfig = (hub: HubKinds): Derived<ConfigMap> =>
  derived({
    name: 'ramen-config',
    kind: hub.RamenConfig,
    settleMs,
    keys: [
      from(hub.MirrorPeer, () => [ramenConfigKeyOf(hub)]),
      from(hub.RamenConfig, (config) => [keyOf(config)]),
    ],
    wanted(key, world) {
      const edits = profileEdits(hub, world)
      if (edits.put.length === 0 && edits.drop.length === 0) return leave()
      const config = world.read(hub.RamenConfig, key, ['spec', 'meta'])
      if (config === undefined) {
        return edits.put.length === 0
          ? leave()
          : waiting(
              'NoRamenConfig',
              `waiting for ConfigMap ${key.name} in namespace ${hub.podNamespace}: Ramen's hub operator has not written it`,
            )
      }
      const text = config.data?.[ramenConfigKey]
      const edit = editRamenConfig(text, edits)
      switch (edit.is) {
        case 'unreadable':
          return waiting(
            'RamenConfigUnreadable',
            `ConfigMap ${key.name} in namespace ${hub.podNamespace} is not overwritten: ${edit.message}; an administrator of the hub should put it right`,
          )
        case 'uneditable':
          return waiting(
            'RamenConfigUneditable',
            `ConfigMap ${key.name} in namespace ${hub.podNamespace}: ${edit.message}`,
          )
        case 'text':
          break
      }
      if (edit.text === (text ?? '')) return edited(config)
      const data = { ...config.data, [ramenConfigKey]: edit.text }
      return edited({ ...config, data }, { confirm: edits.drop.length > 0 })
    },
  })

interface Named {
  readonly parts: RefParts
  readonly mirrorPeer: MirrorPeerView
  readonly standing: Standing
}

/** What the list of profiles should gain and lose, from all MirrorPeers and their S3 secrets. */
const profileEdits = (hub: HubKinds, world: World): ProfileEdits => {
  // Whole kinds: one LIST of each confirms them, however many MirrorPeers there are.
  world.list(hub.ManagedCluster, ['spec', 'meta'])
  world.find(hub.secretsByOrigin, s3Origin, ['spec', 'meta'])
  const named = world
    .list(hub.MirrorPeer, ['spec', 'meta'])
    .toSorted(elder)
    .flatMap((mirrorPeer): readonly Named[] => {
      const where = standing(hub, world, mirrorPeer)
      return partsOf(mirrorPeer).refs.map((parts) => ({ parts, mirrorPeer, standing: where }))
    })
  // Asked of the index, so that a text in which all is right is not parsed again.
  const says = (bucket: string): boolean => world.find(hub.profilesInConfig, bucket, []).length > 0
  const put: PutProfile[] = []
  const drop: DropProfile[] = []
  for (const group of groups(named).values()) {
    const places = [
      ...group.filter(isWish('inForce', 'suspended', 'starting')),
      ...group.filter(isWish('holding')),
    ]
    const wishes = group.some(isWish('inForce', 'holding')) ? places : []
    const [first] = wishes
    const secrets = new Set(group.map(({ parts }) => parts.s3Secret.name))
    const publication = first === undefined ? undefined : publicationOf(hub, world, first.parts)
    if (publication?.is === 'delivered' && !says(exactly(publication.value.profile))) {
      put.push({ profile: publication.value.profile, ours: secrets })
    }
    for (const name of secrets) {
      const wished = [...wishes, ...group.filter(asksForIt)].some(({ parts }) => parts.s3Secret.name === name)
      const parts = group.find((one) => one.parts.s3Secret.name === name && mayDrop(one))?.parts
      if (wished || parts === undefined || !isInConfig(hub, world, parts)) continue
      drop.push({ s3ProfileName: parts.s3ProfileName, s3SecretName: name })
    }
  }
  return { put, drop }
}

const s3Origin = Buffer.from(contract.secretOrigin.s3).toString('base64')

/** By profile name: two StorageClusters of one name on one cluster share it, and the elder's is published. */
const groups = (named: readonly Named[]): ReadonlyMap<string, readonly Named[]> => {
  const byName = new Map<string, Named[]>()
  for (const one of named) {
    const group = byName.get(one.parts.s3ProfileName)
    if (group === undefined) byName.set(one.parts.s3ProfileName, [one])
    else group.push(one)
  }
  return byName
}

const isWish =
  (...wanted: readonly Standing[]) =>
  ({ mirrorPeer, standing: where }: Named): boolean =>
    wanted.includes(where) &&
    managesS3(mirrorPeer) &&
    // Once its agents are done nobody remembers it: no entry is made for it, and what there is goes now.
    (where !== 'holding' || hasHubFinalizer(mirrorPeer))

const asksForIt = ({ mirrorPeer, standing: where }: Named): boolean =>
  isUser(mirrorPeer, where) && managesS3(mirrorPeer)

/** An entry bears no label of ours: it goes only while a MirrorPeer that names it says so, deleting or without manageS3. */
const mayDrop = ({ mirrorPeer, standing: where }: Named): boolean =>
  isDeleting(mirrorPeer) || (where === 'inForce' && !managesS3(mirrorPeer))
