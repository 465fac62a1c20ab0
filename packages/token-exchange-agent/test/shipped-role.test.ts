import {
  agentRights,
  apiVersionOf,
  contract,
  kinds,
  type KubeObject,
  type PolicyRule,
} from '@odfmo/api-types'
import { rookHubSecret } from '@odfmo/secret-exchange'
import { hubSecretName, s3SecretName, volumeReplicationClassName } from '@odfmo/secret-naming'
import {
  journalOf,
  spokeCrds,
  startCluster,
  startTestCluster,
  type Cluster,
  type InMemoryCluster,
  type ObjectSource,
  type RequestRecord,
} from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { hubUser, namespace, spokeUser } from './agent-rights.ts'
import { spokeOf } from './expect-exchanged.ts'
import {
  mirrorPeer,
  refOf,
  settled,
  startFleet,
  storageCluster,
  storageClusterName,
  type Fleet,
} from './fleet.ts'

let fleet: Fleet | undefined
afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const names = ['cluster1', 'cluster2']
const elsewhere = { name: 'second', namespace: 'elsewhere' }
const buckets = 'odr'
const bucket = { namespace: buckets, name: 'odrbucket-b1b922184baf' }
const longTest = 300_000

/** One verb on one resource, where a role gives it; without a namespace on the whole cluster. */
interface Right {
  readonly namespace: string | undefined
  readonly resource: string
  readonly verb: string
  readonly name: string | undefined
}

const rightsOf = (rules: readonly PolicyRule[], at?: string): readonly Right[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames = [undefined], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((plural) =>
        verbs.flatMap((verb) =>
          resourceNames.map((name) => ({
            namespace: at,
            resource: group === '' ? plural : `${plural}.${group}`,
            verb,
            name,
          })),
        ),
      ),
    ),
  )

/** Stands for the namespace of an agent's own cluster on the hub. */
const own = 'own'

const rightText = ({ namespace: at = '', resource, verb, name = '' }: Right): string =>
  `${verb} ${resource} ${at}/${name}`

const isFor = ({ namespace: at, resource, verb, name }: Right, request: RequestRecord): boolean =>
  request.resource === resource &&
  request.verb === verb &&
  (at === undefined || request.namespace === at) &&
  (name === undefined || request.name === name)

/** What agents of the original need besides, and ours only where patches of MirrorPeers are forbidden (exchange.test.ts). */
const notOurs = [
  'update secrets own/',
  'get managedclusteraddons.addon.open-cluster-management.io own/',
  'list managedclusteraddons.addon.open-cluster-management.io own/',
  'watch managedclusteraddons.addon.open-cluster-management.io own/',
  'update mirrorpeers.multicluster.odf.openshift.io /',
]

const isOfClasses = ({ spec }: (typeof spokeCrds)[number]): boolean =>
  spec.names.kind === kinds.VolumeReplicationClass.kind

/** Two StorageClusters on each spoke, buckets in a namespace of their own, and no VolumeReplicationClasses yet. */
const stage = async <C extends Cluster>(
  start: (options: { readonly name: string; readonly crds: readonly ObjectSource[] }) => Promise<C>,
): Promise<Fleet<C>> => {
  const started = await startFleet<C>({
    start: ({ name, crds }) =>
      start({ name, crds: crds.filter((crd) => !isOfClasses(crd as (typeof spokeCrds)[number])) }),
    namespaces: [elsewhere.namespace],
    claimNamespaces: [buckets],
    storageClusters: [storageCluster(), storageCluster({}, elsewhere)],
  })
  fleet = started
  return started
}

const refsElsewhere = names.map((name) => refOf(name, elsewhere))

/** Hub secrets as an older agent left them: of a type that cannot be changed. */
const oldHubSecrets = (
  ofKinds: readonly string[] = Object.values(contract.secretKind),
): readonly KubeObject[] =>
  names
    .flatMap((name) => [refOf(name), refOf(name, elsewhere)])
    .flatMap((ref) =>
      (
        [
          [hubSecretName(ref), contract.secretKind.blue],
          [s3SecretName(ref), contract.secretKind.internal],
        ] as const
      )
        .filter(([, kind]) => ofKinds.includes(kind))
        .map(([name, kind]) => ({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            namespace: ref.clusterName,
            name,
            labels: { [contract.label.secretType]: kind },
          },
          type: 'Opaque',
        })),
    )

/** All that an agent does, from first to last; one has buckets in a namespace of their own. */
const wholeLife = async (started: Fleet): Promise<void> => {
  const spoke = spokeOf(started, 'cluster1')
  const other = spokeOf(started, 'cluster2')
  const mirroring = async (key = { namespace, name: storageClusterName }) =>
    (await started.get(spoke, kinds.StorageCluster, key))?.spec?.mirroring
  const start = () =>
    Promise.all([
      started.startAgent('cluster1', { scope: { odrNamespace: buckets } }),
      started.startAgent('cluster2'),
    ])
  const agents = await start()
  await started.hub.apply(...oldHubSecrets())
  await started.hub.apply(mirrorPeer(), mirrorPeer('second', { items: refsElsewhere }))
  await settled(started, async () => {
    expect((await mirroring())?.enabled).toBe(true)
    expect((await mirroring(elsewhere))?.enabled).toBe(true)
  })
  for (const name of names) await spokeOf(started, name).installCrds(spokeCrds.filter(isOfClasses))
  const classKey = { name: volumeReplicationClassName('5m') }
  await settled(started, async () =>
    expect(await started.get(spoke, kinds.VolumeReplicationClass, classKey)).toBeDefined(),
  )
  for (const storageClusterRef of [{ namespace, name: storageClusterName }, elsewhere]) {
    const { namespace: at, name } = storageClusterRef
    await started.storage['cluster2']?.rotateKey(`${at}/${name}`)
    const copy = { namespace: at, name: hubSecretName(refOf('cluster2', storageClusterRef)) }
    await settled(started, async () => {
      const token = await started.get(other, kinds.Secret, {
        namespace: at,
        name: `cluster-peer-token-${name}-cephcluster`,
      })
      expect((await started.get(spoke, kinds.Secret, copy))?.data).toEqual(token?.data)
    })
  }
  await isToldOf(started)
  const told = await eventWrites(started)
  await isMadeAnew(started, async () => {
    for (const agent of agents) await agent.stop()
    return start
  })
  // Agents that are started anew find the Events there.
  await settled(started, async () =>
    expect((await eventWrites(started)).slice(told.length)).toEqual(
      expect.arrayContaining(
        [namespace, elsewhere.namespace].flatMap((at) => [`create ${at}`, `patch ${at}`]),
      ),
    ),
  )
  for (const name of hostiles) await started.deleteObject(started.hub, kinds.MirrorPeer, { name })
  // What somebody writes over is set back.
  await spoke.apply({
    apiVersion: apiVersionOf(kinds.VolumeReplicationClass),
    kind: kinds.VolumeReplicationClass.kind,
    metadata: { ...classKey, labels: { [contract.label.replicationId]: 'somebodys' } },
  })
  for (const at of [namespace, elsewhere.namespace])
    await spoke.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: at, name: contract.spoke.rookOperatorConfig },
      data: { CSI_ENABLE_OMAP_GENERATOR: 'false' },
    })
  await settled(started, async () => {
    const { labels } = (await started.get(spoke, kinds.VolumeReplicationClass, classKey))?.metadata ?? {}
    expect(labels?.[contract.label.replicationId]).not.toBe('somebodys')
    for (const at of [namespace, elsewhere.namespace])
      expect(
        (
          await started.get(spoke, kinds.ConfigMap, {
            namespace: at,
            name: contract.spoke.rookOperatorConfig,
          })
        )?.data,
      ).toMatchObject({ CSI_ENABLE_OMAP_GENERATOR: 'true' })
  })
  for (const name of ['second', 'mirrorpeer-sample'])
    await started.deleteObject(started.hub, kinds.MirrorPeer, { name })
  await settled(started, async () => {
    expect(await started.list(started.hub, kinds.MirrorPeer)).toEqual([])
    expect(await started.get(spoke, kinds.ObjectBucketClaim, bucket)).toBeUndefined()
    expect(await started.list(spoke, kinds.VolumeReplicationClass)).toEqual([])
  })
}

/** MirrorPeers of a cluster whose tokens make no sense. */
const hostiles = ['hostile', 'hostile-elsewhere']

/** Both StorageClusters have something that waits for an administrator, and Events say so. */
const isToldOf = async (started: Fleet): Promise<void> => {
  const places = [{ namespace, name: storageClusterName }, elsewhere]
  await started.hub.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cluster3' } })
  for (const [n, place] of places.entries()) {
    const other = refOf('cluster3', place)
    await started.hub.apply(
      mirrorPeer(hostiles[n], { items: [refOf('cluster1', place), other] }),
      rookHubSecret({ ref: other, external: false, secret: { data: {} } }),
    )
  }
  await settled(started, async () => {
    const events = await started.list(spokeOf(started, 'cluster1'), kinds.Event)
    const told = events.filter(({ reason }) => reason === 'InvalidGreenSecret')
    expect(new Set(told.map(({ regarding }) => regarding?.namespace))).toEqual(
      new Set([namespace, elsewhere.namespace]),
    )
  })
}

const eventWrites = async (started: Fleet): Promise<readonly string[]> =>
  (await journalOf(spokeOf(started, 'cluster1')))
    .all({ user: spokeUser })
    .filter(({ resource }) => resource === 'events.events.k8s.io')
    .map(({ verb, namespace: at }) => `${verb} ${at}`)

/** While no agent runs, somebody puts secrets of another type in the place of those with the buckets' keys. */
const isMadeAnew = async (started: Fleet, stop: () => Promise<() => Promise<unknown>>): Promise<void> => {
  const secrets = oldHubSecrets([contract.secretKind.internal])
  const keys = secrets.map(({ metadata: { namespace: at = '', name = '' } }) => ({ namespace: at, name }))
  const areAgents = async (): Promise<void> => {
    for (const key of keys)
      expect((await started.get(started.hub, kinds.Secret, key))?.type).toBe(contract.secretType.agent)
  }
  await settled(started, areAgents)
  const start = await stop()
  for (const key of keys) await started.deleteObject(started.hub, kinds.Secret, key)
  await started.hub.apply(...secrets)
  await start()
  await settled(started, areAgents)
}

const requestText = ({ status, verb, resource, namespace: at, name }: RequestRecord): string =>
  `${status} ${verb} ${resource} ${at}/${name}`
const refused = (requests: readonly RequestRecord[]): readonly string[] =>
  requests.filter(({ status }) => status === 403).map(requestText)

/** What both agents asked for. */
const requestsOf = async (started: Fleet) => {
  const all = { hub: [] as RequestRecord[], spoke: [] as RequestRecord[] }
  const hub = await journalOf(started.hub)
  for (const name of names) {
    const asked = hub.all({ user: hubUser(name) })
    all.hub.push(
      ...asked.map((each) => ({ ...each, namespace: each.namespace === name ? own : each.namespace })),
    )
    all.spoke.push(...(await journalOf(spokeOf(started, name))).all({ user: spokeUser }))
  }
  return all
}

// In memory: a server that refuses on demand. Older ones do not stream what is there, so all is listed; and a patch comes
// too late when somebody else wrote in between.
it(
  'each verb of the shipped roles is used, and nothing else is asked for',
  async () => {
    const started = await stage<InMemoryCluster>(({ name, crds }) => startCluster({ name, crds }))
    const granted = {
      hub: [...rightsOf(agentRights.hubNamespace, own), ...rightsOf(agentRights.hubCluster)],
      spoke: [
        ...rightsOf(agentRights.installNamespace, namespace),
        ...rightsOf(agentRights.storageNamespace, elsewhere.namespace),
        ...rightsOf(agentRights.bucketNamespace, buckets),
        ...rightsOf(agentRights.spokeCluster),
      ],
    }
    const users = [...names.map(hubUser), spokeUser]
    for (const cluster of started.clusters) {
      for (const user of users) {
        const watches = [...granted.hub, ...granted.spoke].filter(({ verb }) => verb === 'watch')
        for (const { namespace: at, resource } of watches) {
          const place =
            at === undefined
              ? {}
              : { namespace: at === own ? (names.find((name) => hubUser(name) === user) ?? '') : at }
          cluster.faults.add({
            match: { verb: 'watch', resource, user, ...place },
            fault: { kind: 'status', code: 422 },
            times: 1,
          })
        }
      }
    }
    for (const user of names.map(hubUser))
      for (const resource of ['mirrorpeers', 'secrets'])
        started.hub.faults.add({
          match: { verb: 'patch', resource, user },
          fault: { kind: 'status', code: 409 },
          times: 1,
        })
    await wholeLife(started)
    const requests = await requestsOf(started)
    const unused = (['hub', 'spoke'] as const).flatMap((where) =>
      granted[where]
        .filter((right) => !requests[where].some((request) => isFor(right, request)))
        .map(rightText),
    )
    expect({
      unused: unused.toSorted(),
      refused: [...refused(requests.hub), ...refused(requests.spoke)],
    }).toEqual({ unused: notOurs.toSorted(), refused: [] })
  },
  longTest,
)

it(
  'nothing it does from first to last is refused',
  async () => {
    const started = await stage(startTestCluster)
    await wholeLife(started)
    const { hub, spoke } = await requestsOf(started)
    expect(hub.length).toBeGreaterThan(10)
    expect(spoke.length).toBeGreaterThan(40)
    expect(refused([...hub, ...spoke])).toEqual([])
  },
  longTest,
)
