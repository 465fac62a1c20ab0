import { kinds, mirrorPeerCrd, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf, keyText, type Kind, type ObjectKey } from '@odfmo/api-types/meta'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import { hubSecretName, peerTokenSecretName, s3SecretName } from '@odfmo/secret-naming'
import {
  hubCrds,
  managedCluster,
  ocmHub,
  peerRef,
  spokeCrds,
  startCluster,
  startControlPlane,
  type Cluster,
  type Credentials as Certificate,
  type Kubelet,
  type Simulator,
} from '@odfmo/testkit'
import { joinManagedCluster } from '../../acceptance/managed-cluster.ts'
import { shippedRights } from '../../demo/world/hub-controller.ts'
import type { HubProvider } from '../hub/calls.ts'
import { RequestCounts } from '../hub/hub-requests.ts'
import { hubObjects } from '../hub/objects.ts'
import { spokeNames, type Answers, type Call, type SpokeName } from './calls.ts'
import {
  agentOnHub,
  agentOnSpoke,
  bareSecret,
  exchanged,
  opposite,
  rotated,
  storageNamespace,
  unrelatedSecret,
  withOthers,
} from './objects.ts'

/** As many as one administrator's tools would send at once. */
const atOnce = 16
const bareNamespace = 'default'

/** A cluster of any provider that knows client certificates. */
type Served = Cluster & { credentials(): Certificate }

const refOf = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** All of them, some at a time. */
const each = async <T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> => {
  const waiting = items[Symbol.iterator]() as IterableIterator<T>
  const one = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

const range = function* (from: number, to: number): Generator<number> {
  for (let at = from; at < to; at += 1) yield at
}

const clientOf = async ({ url, ca, ...cluster }: Served): Promise<KubeClient> => {
  const { cert, key } = cluster.credentials()
  const credentials = await Credentials.load({
    access: { server: url, ca: { value: ca }, cert: { value: cert }, key: { value: key } },
  })
  return new KubeClient({
    cluster: cluster.name,
    component: 'bench',
    version: '0',
    credentials,
    rateLimit: false,
  })
}

const started = async (
  provider: HubProvider,
): Promise<{ readonly clusters: readonly Served[]; stop(): Promise<unknown> }> => {
  const wanted = [
    { name: 'hub', crds: [mirrorPeerCrd, ...hubCrds] },
    ...spokeNames.map((name) => ({ name, crds: [...spokeCrds] })),
  ]
  if (provider === 'memory') {
    const clusters = await Promise.all(wanted.map((one) => startCluster({ ...one, historyLimit: 100_000 })))
    return { clusters, stop: () => Promise.all(clusters.map((cluster) => cluster.stop())) }
  }
  const controlPlane = await startControlPlane({ clusters: wanted })
  return controlPlane
}

/** A hub and two spokes with all that runs there besides our own services. It also plays the administrator. */
export class Fleet {
  readonly #clusters: readonly Served[]
  readonly #stopClusters: () => Promise<unknown>
  readonly #clients = new Map<string, KubeClient>()
  readonly #simulators: Simulator[] = []
  readonly #kubelets: Kubelet[] = []
  readonly #counts = new Map<string, RequestCounts>()
  /** What a watch has shown, by `cluster namespace/name`. */
  readonly #secrets = new Map<string, Data>()
  /** Those of MirrorPeers, by name. */
  readonly #phases = new Map<string, string>()
  readonly #milestones = new Map<string, number>()
  #look: () => void = () => undefined
  #rotations = 0
  #unrelated = 0

  private constructor(clusters: readonly Served[], stop: () => Promise<unknown>) {
    this.#clusters = clusters
    this.#stopClusters = stop
  }

  static async start({ provider, folder, agentImage }: Extract<Call, { call: 'start' }>): Promise<{
    readonly fleet: Fleet
    readonly answer: Answers['start']
  }> {
    const { clusters, stop } = await started(provider)
    const fleet = new Fleet(clusters, () => stop())
    const hub = fleet.#cluster('hub')
    for (const cluster of clusters) fleet.#clients.set(cluster.name, await clientOf(cluster))
    // Before anything is there: what is there already is told by no event.
    await fleet.#watch()
    const rights = shippedRights()
    await hub.apply(...hubObjects())
    await hub.apply(...rights.objects, ...spokeNames.map((name) => managedCluster({ metadata: { name } })))
    const keep = <T extends Simulator>(one: T): T => {
      fleet.#simulators.push(one)
      return one
    }
    keep(await ocmHub({ hub: hub.kubeconfig() }))
    for (const name of spokeNames) {
      const spoke = fleet.#cluster(name)
      const { kubelet } = await joinManagedCluster({ hub, spoke, folder, agentImages: [agentImage], keep })
      fleet.#kubelets.push(kubelet)
      fleet.#counts.set(`${name} hub`, new RequestCounts(hub, agentOnHub(name).user))
      fleet.#counts.set(`${name} spoke`, new RequestCounts(spoke, agentOnSpoke.user))
      await spoke.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } })
    }
    const agent = (name: SpokeName) => ({
      hub: hub.kubeconfig(agentOnHub(name)),
      spoke: fleet.#cluster(name).kubeconfig(agentOnSpoke),
    })
    return {
      fleet,
      answer: {
        hub: hub.kubeconfig(rights.identity),
        agents: { cluster1: agent('cluster1'), cluster2: agent('cluster2') },
      },
    }
  }

  async exchange(): Promise<Answers['exchange']> {
    const mirrorPeer = exchanged()
    const { name = '' } = mirrorPeer.metadata
    for (const spoke of spokeNames) await this.#until(() => this.#secrets.has(keyOn(spoke, tokenKey)))
    const began = Date.now()
    await this.#client('hub').create(kinds.MirrorPeer, mirrorPeer)
    await this.#until(() => this.#phases.get(name) === 'ExchangedSecret')
    const exchangedMs = Date.now() - began
    // Mirroring itself goes on a little.
    const milestones = [...this.#milestones]
      .map(([what, at]) => [what, at - began] as const)
      .filter(([, ms]) => ms >= 0)
    return { exchangedMs, milestones: Object.fromEntries(milestones) }
  }

  async endPods(): Promise<Answers['endPods']> {
    for (const kubelet of this.#kubelets.splice(0)) {
      await kubelet.stop()
      this.#simulators.splice(this.#simulators.indexOf(kubelet), 1)
    }
    return {}
  }

  async removeCopy(spoke: SpokeName): Promise<Answers['removeCopy']> {
    const key = copyKey(spoke)
    await this.#client(spoke).delete(kinds.Secret, key)
    await this.#until(() => !this.#secrets.has(keyOn(spoke, key)))
    return {}
  }

  async copy(spoke: SpokeName): Promise<Answers['copy']> {
    await this.#until(() => this.#secrets.has(keyOn(spoke, copyKey(spoke))))
    return { at: Date.now() }
  }

  async rotate(times: number): Promise<Answers['rotate']> {
    const ms: number[] = []
    const bareMs: number[] = []
    // It would set back what it did not write itself.
    await Promise.all(this.#simulators.splice(0).map((simulator) => simulator.stop()))
    const bare = { namespace: bareNamespace, name: 'bare' }
    await this.#client('cluster1').create(kinds.Secret, bareSecret(bare, 'first'))
    for (let time = 0; time < times; time += 1) {
      const { data } = bareSecret(bare, `bare-${time}`)
      bareMs.push(await this.#took({ spoke: 'cluster1', key: bare }, { spoke: 'cluster1', key: bare }, data))
      this.#rotations += 1
      const [from, to] = time % 2 === 0 ? spokeNames : spokeNames.toReversed()
      if (from === undefined || to === undefined) throw new Error('there are two')
      const token = rotated(this.#secrets.get(keyOn(from, tokenKey)) ?? {}, `rotated-${this.#rotations}`)
      ms.push(await this.#took({ spoke: from, key: tokenKey }, { spoke: to, key: copyKey(to) }, token))
    }
    return { ms, bareMs }
  }

  /** Milliseconds from sending new data of one secret until a watch shows it in another. */
  async #took(source: SecretAt, copy: SecretAt, data: Data): Promise<number> {
    const wanted = textOf(data)
    const isThere = (): boolean => textOf(this.#secrets.get(keyOn(copy.spoke, copy.key)) ?? {}) === wanted
    const began = performance.now()
    await this.#client(source.spoke).patch(kinds.Secret, source.key, 'merge', { data })
    await this.#until(isThere)
    return performance.now() - began
  }

  async unrelated({
    spoke,
    namespace,
    count,
  }: Extract<Call, { call: 'unrelated' }>): Promise<Answers['unrelated']> {
    const client = this.#client(spoke)
    const known = (await this.#cluster(spoke).list(refOf(kinds.Secret), namespace)).length
    const from = this.#unrelated
    this.#unrelated += Math.max(0, count - known)
    await each(range(from, this.#unrelated), (at) =>
      client.create(kinds.Secret, unrelatedSecret(namespace, at)),
    )
    return {}
  }

  async mirrorPeers(count: number): Promise<Answers['mirrorPeers']> {
    const client = this.#client('hub')
    await each(range(0, count), async (at) => {
      for (const object of withOthers(at).objects) await this.#cluster('hub').apply(object)
    })
    const began = Date.now()
    await each(range(0, count), (at) => client.create(kinds.MirrorPeer, withOthers(at).mirrorPeer))
    await this.#until(() =>
      [...range(0, count)].every((at) => this.#secrets.has(keyOn('cluster1', withOthers(at).copy))),
    )
    return { ms: Date.now() - began }
  }

  async removeMirrorPeers(count: number): Promise<Answers['removeMirrorPeers']> {
    const client = this.#client('hub')
    const names = [...range(0, count)].map((at) => withOthers(at).mirrorPeer.metadata.name ?? '')
    const began = Date.now()
    await each(names, (name) => client.delete(kinds.MirrorPeer, { name }))
    await this.#until(() => names.every((name) => !this.#phases.has(name)))
    return { ms: Date.now() - began }
  }

  async requests(): Promise<Answers['requests']> {
    const all = [...this.#counts].map(
      async ([whose, counts]) => [whose, (await counts.now()).counts] as const,
    )
    return Object.fromEntries(await Promise.all(all))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#kubelets.splice(0).map((kubelet) => kubelet.stop()))
    await Promise.all(this.#simulators.splice(0).map((simulator) => simulator.stop()))
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
    await this.#stopClusters()
  }

  async #watch(): Promise<void> {
    const hub = this.#cluster('hub')
    await hub.on(refOf(kinds.MirrorPeer), ({ type, object }) => {
      const { metadata, status } = object as unknown as MirrorPeer
      if (type === 'DELETED') this.#phases.delete(metadata.name ?? '')
      else if (status?.phase !== undefined) this.#phases.set(metadata.name ?? '', status.phase)
      for (const finalizer of metadata.finalizers ?? []) this.#pass(finalizer.split('.')[0] ?? '')
      this.#look()
    })
    for (const kind of [kinds.ManagedClusterAddOn, kinds.ManifestWork, kinds.CertificateSigningRequest])
      await hub.on(refOf(kind), () => this.#pass(kind.kind))
    for (const cluster of this.#clusters) {
      await cluster.on(refOf(kinds.Secret), ({ type, object }) => {
        const { namespace, name = '' } = object.metadata
        const key = keyOn(cluster.name, { namespace: namespace ?? '', name })
        if (type === 'DELETED') this.#secrets.delete(key)
        else if (namespace !== 'elsewhere' && !name.startsWith('unrelated-'))
          this.#secrets.set(key, (object as { readonly data?: Data }).data ?? {})
        this.#pass(`${cluster.name} ${whatIs(name)}`)
        this.#look()
      })
    }
    for (const name of spokeNames)
      await this.#cluster(name).on(refOf(kinds.Deployment), () => this.#pass(`${name} Deployment`))
  }

  /** The first time only. */
  #pass(what: string): void {
    if (!this.#milestones.has(what)) this.#milestones.set(what, Date.now())
  }

  #cluster(name: string): Served {
    const found = this.#clusters.find((cluster) => cluster.name === name)
    if (found === undefined) throw new Error(`no cluster ${name}`)
    return found
  }

  #client(name: string): KubeClient {
    const found = this.#clients.get(name)
    if (found === undefined) throw new Error(`no client for ${name}`)
    return found
  }

  /** Looks after each event of a watch. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#look = resolve))
  }
}

type Data = Readonly<Record<string, string>>

interface SecretAt {
  readonly spoke: SpokeName
  readonly key: ObjectKey & { readonly namespace: string }
}

const tokenKey = {
  namespace: storageNamespace,
  name: peerTokenSecretName(peerRef().storageClusterRef.name),
}
/** The other side's token beside a spoke's StorageCluster. */
const copyKey = (spoke: SpokeName) => ({
  namespace: storageNamespace,
  name: hubSecretName(peerRef({ clusterName: opposite(spoke) })),
})

const keyOn = (cluster: string, key: ObjectKey): string => `${cluster} ${keyText(key)}`

const textOf = (data: Data): string =>
  JSON.stringify(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const names = new Map(
  spokeNames.flatMap((spoke) => [
    [hubSecretName(peerRef({ clusterName: spoke })), `token of ${spoke}`],
    [s3SecretName(peerRef({ clusterName: spoke })), `bucket of ${spoke}`],
  ]),
)
const whatIs = (name: string): string =>
  names.get(name) ?? (name.startsWith('unrelated-') ? 'unrelated' : name)
