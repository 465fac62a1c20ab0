import { contract, kinds } from '@odfmo/api-types'
import { keyOf, keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { hubSecretName } from '@odfmo/secret-naming'
import { podNamespace } from '../../src/test/builders.ts'
import { hubRbacName } from '../../src/addon/agent-names.ts'
import { hubFinalizer, objectText, usersPrefix } from '../hands.ts'
import type { Random } from '../random.ts'
import type { Action } from '../step.ts'
import type { World } from '../world.ts'

type Written = { readonly kind: Kind; readonly key: ObjectKey; readonly object: KubeObject }

/** Everything that the hub controller has written, but MirrorPeers and Ramen's configuration. */
const written = ({ hands, truth }: World): readonly Written[] => {
  const of = (kind: Kind, objects: readonly KubeObject[]): readonly Written[] =>
    objects.map((object) => ({ kind, key: keyOf(object), object }))
  const type = (secret: KubeObject): string | undefined => secret.metadata.labels?.[contract.label.secretType]
  const namespaces = truth.spokes.map(({ name }) => name)
  const named = (object: KubeObject): boolean => object.metadata.name === hubRbacName
  return [
    ...namespaces.flatMap((name) => [
      ...of(
        kinds.Secret,
        hands.list(kinds.Secret, name).filter((one) => type(one) === contract.secretKind.green),
      ),
      ...of(kinds.ManagedClusterAddOn, hands.list(kinds.ManagedClusterAddOn, name)),
      ...of(kinds.ManifestWork, hands.list(kinds.ManifestWork, name)),
      ...of(kinds.Role, hands.list(kinds.Role, name).filter(named)),
      ...of(kinds.RoleBinding, hands.list(kinds.RoleBinding, name).filter(named)),
    ]),
    ...of(
      kinds.Secret,
      hands
        .list(kinds.Secret, podNamespace)
        .filter(({ metadata }) => metadata.labels?.[contract.label.createdBy] !== undefined),
    ),
    ...of(
      kinds.DRCluster,
      safely(() => hands.list(kinds.DRCluster)).filter(
        ({ metadata }) => metadata.labels?.[contract.label.createdBy] !== undefined,
      ),
    ),
    ...of(kinds.ClusterManagementAddOn, hands.list(kinds.ClusterManagementAddOn)),
    ...of(kinds.ClusterRole, hands.list(kinds.ClusterRole).filter(named)),
    ...of(kinds.ClusterRoleBinding, hands.list(kinds.ClusterRoleBinding).filter(named)),
  ]
}

/** Empty where the kind is not served yet. */
export const safely = <T>(read: () => readonly T[]): readonly T[] => {
  try {
    return read()
  } catch {
    return []
  }
}

const show = ({ kind, key }: Written): string => `${kind.kind} ${keyText(key)}`

const deleteOne: Action = {
  name: 'delete by hand',
  weight: 4,
  async run(world, random) {
    const one = random.pick(written(world))
    if (one === undefined) return undefined
    await world.hands.remove(one.kind, one.key)
    return `delete ${show(one)} by hand`
  },
}

/** What a person might change in an object of each kind. */
const edits = (random: Random, { kind, object }: Written): object | undefined => {
  switch (kind.kind) {
    case 'Secret':
      return random.oneOf<object>(
        { data: { namespace: 'd3Jvbmc=' } },
        { data: { extra: 'd3Jvbmc=' } },
        { data: null },
        { metadata: { labels: null } },
      )
    case 'ManagedClusterAddOn':
      return random.oneOf<object>(
        { spec: { installNamespace: 'elsewhere' } },
        { metadata: { annotations: { [contract.annotation.mode]: 'wrong' } } },
        { metadata: { annotations: { [`${usersPrefix}note`]: 'x' } } },
        { metadata: { ownerReferences: null } },
        { metadata: { annotations: { [contract.annotation.mode]: null } } },
      )
    case 'ManifestWork':
      return random.oneOf<object>(
        { spec: { workload: { manifests: [] } } },
        { metadata: { ownerReferences: null } },
        { metadata: { annotations: { [`${usersPrefix}note`]: 'x' } } },
      )
    case 'Role':
    case 'ClusterRole':
      return { rules: [] }
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return { subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'somebody' }] }
    case 'DRCluster':
      return random.oneOf<object>(
        { spec: { region: 'wrong' } },
        { spec: { s3ProfileName: 'wrong' } },
        { metadata: { annotations: { [`${usersPrefix}note`]: 'x' } } },
      )
    case 'ClusterManagementAddOn':
      return random.oneOf<object>(
        { spec: { installStrategy: { type: 'Placements' } } },
        { metadata: { annotations: null } },
      )
    default:
      throw new Error(`nobody edits ${kind.kind} ${keyText(keyOf(object))}`)
  }
}

const editOne: Action = {
  name: 'edit by hand',
  weight: 7,
  async run(world, random) {
    const one = random.pick(written(world))
    const edit = one === undefined ? undefined : edits(random, one)
    if (one === undefined || edit === undefined) return undefined
    const done = await world.hands.patch(one.kind, one.key, edit)
    return `edit ${show(one)} by hand: ${JSON.stringify(edit)}${done ? '' : ' (refused)'}`
  },
}

const mirrorPeerEdit: Action = {
  name: 'edit metadata or status of MirrorPeer',
  weight: 3,
  async run(world, random) {
    const mirrorPeer = random.pick(world.hands.list(kinds.MirrorPeer))
    const { name = '', finalizers = [], deletionTimestamp } = mirrorPeer?.metadata ?? {}
    if (mirrorPeer === undefined) return undefined
    switch (random.below(4)) {
      case 0: {
        // Who takes it off while the object goes has to clean up by hand: nobody remembers it.
        if (deletionTimestamp !== undefined) return undefined
        const left = finalizers.filter((one) => one !== hubFinalizer)
        await world.hands.patch(kinds.MirrorPeer, { name }, { metadata: { finalizers: left } })
        return `take our finalizer off MirrorPeer ${name}`
      }
      case 1: {
        const left = finalizers.filter((one) => one === hubFinalizer)
        await world.hands.patch(kinds.MirrorPeer, { name }, { metadata: { finalizers: left } })
        return `take the agents' finalizers off MirrorPeer ${name}`
      }
      case 2: {
        const labels = { [contract.label.backup]: null }
        await world.hands.patch(kinds.MirrorPeer, { name }, { metadata: { labels } })
        return `take the backup label off MirrorPeer ${name}`
      }
      default: {
        await world.hands.patch(kinds.MirrorPeer, { name }, { status: null }, 'status')
        return `empty the status of MirrorPeer ${name}`
      }
    }
  },
}

/** Of agents: they are put right by those who wrote them. */
const forge: Action = {
  name: 'forge secret',
  weight: 3,
  async run({ hands, truth }, random) {
    const spoke = random.pick(truth.spokes)
    if (spoke === undefined || hands.find(kinds.Namespace, { name: spoke.name }) === undefined)
      return undefined
    const label = random.oneOf(
      contract.secretKind.blue,
      contract.secretKind.green,
      contract.secretKind.internal,
    )
    const name = `forged-${random.below(3)}`
    const data = Object.fromEntries(
      ['namespace', 'storage-cluster-name', 'secret-data', 'secret-origin'].map((key) => [key, 'aGlkZGVu']),
    )
    const metadata = { namespace: spoke.name, name, labels: { [contract.label.secretType]: label } }
    return (await hands.create(kinds.Secret, { metadata, data }))
      ? `forge ${label} secret ${spoke.name}/${name}`
      : undefined
  },
}

/** A secret of a user under a name that the hub would choose: it is left alone, and a condition says so. */
const squat: Action = {
  name: 'secret of a user in the way',
  weight: 1.5,
  async run({ hands, truth }, random) {
    const source = random.pick(truth.storages)
    const home = hands.find(kinds.Namespace, { name: random.pick(truth.spokes)?.name ?? '' })
    const { name: namespace = '', uid = '', deletionTimestamp } = home?.metadata ?? {}
    if (source === undefined || namespace === '' || deletionTimestamp !== undefined) return undefined
    if (namespace === source.ref.clusterName) return undefined
    const key = { namespace, name: hubSecretName(source.ref) }
    const made = { metadata: key, type: 'Opaque', data: { mine: 'bWluZQ==' } }
    if (!(await hands.create(kinds.Secret, made))) return undefined
    const live = hands.find(kinds.Secret, key)
    const text = objectText(kinds.Secret, key)
    if (live !== undefined) truth.users.set(text, live)
    truth.homes.set(text, uid)
    return `a user has a secret ${keyText(key)}`
  },
}

const spoilDelivered: Action = {
  name: 'spoil delivered secret',
  weight: 2,
  async run({ hands, truth }, random) {
    const delivered = truth.spokes
      .flatMap(({ name }) => hands.list(kinds.Secret, name))
      .filter(({ type }) => type === contract.secretType.agent)
    const secret = random.pick(delivered)
    if (secret === undefined) return undefined
    const key = keyOf(secret)
    switch (random.below(3)) {
      case 0:
        await hands.remove(kinds.Secret, key)
        return `delete delivered secret ${keyText(key)}`
      case 1:
        await hands.patch(kinds.Secret, key, { data: { 'secret-data': 'bm90IGpzb24gaGlkZGVu' } })
        return `spoil delivered secret ${keyText(key)}`
      default:
        await hands.patch(kinds.Secret, key, { metadata: { labels: null } })
        return `take the label off delivered secret ${keyText(key)}`
    }
  },
}

export const handEditActions: readonly Action[] = [
  deleteOne,
  editOne,
  mirrorPeerEdit,
  forge,
  squat,
  spoilDelivered,
]
