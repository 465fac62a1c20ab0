// The hub cluster, in a process of its own: what it costs is not the controller's. It also plays the administrator and the
// agents. Ends when the channel to its parent closes.
import { contract, kinds, mirrorPeerCrd, type ConfigMap, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf, keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  hubCrds,
  startCluster,
  startControlPlane,
  type Cluster,
  type Credentials as Certificate,
} from '@odfmo/testkit'
import { shippedRights } from '../../demo/world/hub-controller.ts'
import type { Answers, Call, HubProvider } from './calls.ts'
import { RequestCounts } from './hub-requests.ts'
import {
  bareSecret,
  blueOf,
  clustersOf,
  greenKeyOf,
  hubNamespace,
  hubObjects,
  mirrorPeerOf,
  namespacesOf,
  refsOf,
} from './objects.ts'

/** As many as one administrator's tools would send at once. */
const atOnce = 16

const refOf = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** A cluster of any provider that knows client certificates. */
type Served = Cluster & { credentials(): Certificate }

const started = async (provider: HubProvider): Promise<Served> => {
  const crds = [mirrorPeerCrd, ...hubCrds]
  if (provider === 'memory') return startCluster({ name: 'hub', crds, historyLimit: 100_000 })
  const controlPlane = await startControlPlane({ clusters: [{ name: 'hub', crds }] })
  return { ...controlPlane.cluster('hub'), stop: () => controlPlane.stop() }
}

const clientOf = async ({ url, ca, ...cluster }: Served): Promise<KubeClient> => {
  const { cert, key } = cluster.credentials()
  const credentials = await Credentials.load({
    access: { server: url, ca: { value: ca }, cert: { value: cert }, key: { value: key } },
  })
  return new KubeClient({ cluster: 'hub', component: 'bench', version: '0', credentials, rateLimit: false })
}

/** All of them, some at a time. */
const each = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
  const waiting = items.values()
  const one = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

const kindOf = new Map<string, Kind>(
  Object.values(kinds).map((kind: Kind) => [`${apiVersionOf(kind)} ${kind.kind}`, kind]),
)

class Hub {
  readonly #cluster: Served
  readonly #client: KubeClient
  readonly #requests: RequestCounts
  /** Names, as the watch tells. */
  readonly #mirrorPeers = new Set<string>()
  readonly #exchanged = new Set<string>()
  /** namespace/name of a secret → its token. */
  readonly #tokens = new Map<string, string | undefined>()
  #look: () => void = () => undefined
  #rotations = 0

  private constructor(cluster: Served, client: KubeClient, requests: RequestCounts) {
    this.#cluster = cluster
    this.#client = client
    this.#requests = requests
  }

  static async start(provider: HubProvider): Promise<{ readonly hub: Hub; readonly kubeconfig: string }> {
    const cluster = await started(provider)
    const rights = shippedRights()
    await cluster.apply(...hubObjects())
    await cluster.apply(...rights.objects)
    const requests = new RequestCounts(cluster, rights.identity.user)
    const hub = new Hub(cluster, await clientOf(cluster), requests)
    await cluster.on(refOf(kinds.MirrorPeer), ({ type, object }) => {
      const { name = '' } = object.metadata
      const phase = (object as unknown as MirrorPeer).status?.phase
      hub.#mirrorPeers[type === 'DELETED' ? 'delete' : 'add'](name)
      hub.#exchanged[type !== 'DELETED' && phase === 'ExchangedSecret' ? 'add' : 'delete'](name)
      hub.#look()
    })
    await cluster.on(refOf(kinds.Secret), ({ object }) => {
      const { namespace, name = '' } = object.metadata
      const data = (object as { readonly data?: Readonly<Record<string, string>> }).data
      hub.#tokens.set(
        keyText({ ...(namespace === undefined ? {} : { namespace }), name }),
        data?.['secret-data'],
      )
      hub.#look()
    })
    return { hub, kubeconfig: cluster.kubeconfig(rights.identity) }
  }

  async clusters({ pairs }: { readonly pairs: number }): Promise<Answers['clusters']> {
    const all = Array.from({ length: pairs }, (_, pair) => pair)
    await each(all.flatMap(namespacesOf), (object) => this.#create(object))
    await each(all.flatMap(clustersOf), (object) => this.#create(object))
    return {}
  }

  async exchange({
    pairs,
    manageS3,
  }: {
    readonly pairs: number
    readonly manageS3: boolean
  }): Promise<Answers['exchange']> {
    const all = Array.from({ length: pairs }, (_, pair) => mirrorPeerOf(pair, manageS3))
    const beganAt = Date.now()
    await each(all, (mirrorPeer) => this.#client.create(kinds.MirrorPeer, mirrorPeer))
    await this.#until(() => this.#exchanged.size === pairs)
    const exchangedMs = Date.now() - beganAt
    return { beganAt, exchangedMs, lastWriteMs: (await this.#requests.lastWrite()) - beganAt }
  }

  requests = (): Promise<Answers['requests']> => this.#requests.now()

  lastWrite = async (): Promise<Answers['lastWrite']> => ({ at: await this.#requests.lastWrite() })

  async content(): Promise<Answers['content']> {
    const config = (await this.#cluster.get(refOf(kinds.ConfigMap), {
      namespace: hubNamespace,
      name: contract.ramen.configMap,
    })) as ConfigMap | undefined
    const text = config?.data?.[contract.ramen.configKey] ?? ''
    const bindings = (await this.#cluster.list(refOf(kinds.ClusterRoleBinding))) as unknown as readonly {
      readonly metadata: { readonly name: string }
      readonly subjects?: readonly { readonly kind: string; readonly name: string }[]
    }[]
    const subjects = bindings
      .filter(({ metadata }) => metadata.name.includes('token-exchange'))
      .flatMap((binding) => binding.subjects ?? [])
    return {
      profiles: text.match(/s3ProfileName:/g)?.length ?? 0,
      agents: subjects.filter(({ kind }) => kind === 'User').length,
      drClusters: (await this.#cluster.list(refOf(kinds.DRCluster))).length,
    }
  }

  async rotate({
    times,
    pairs,
  }: {
    readonly times: number
    readonly pairs: number
  }): Promise<Answers['rotate']> {
    const ms: number[] = []
    const bareMs: number[] = []
    await this.#client.create(kinds.Secret, bareSecret())
    for (let time = 0; time < times; time += 1) {
      bareMs.push(await this.#took(() => this.#changeBare(time)))
      ms.push(await this.#took(() => this.#change(time % pairs)))
    }
    return { ms, bareMs }
  }

  /** Milliseconds from sending a change until a watch shows what comes of it. */
  async #took(
    change: () => Promise<{ readonly green: ObjectKey; readonly wanted: string }>,
  ): Promise<number> {
    const began = performance.now()
    const { green, wanted } = await change()
    await this.#until(() => this.#tokens.get(keyText(green)) === wanted)
    return performance.now() - began
  }

  /** Shows what the server, its watch and the machine take for a write by themselves. */
  async #changeBare(time: number): Promise<{ readonly green: ObjectKey; readonly wanted: string }> {
    const { metadata, data } = bareSecret(`bare-${time}`)
    const { namespace, name } = metadata
    await this.#client.patch(kinds.Secret, { namespace, name }, 'merge', { data })
    return { green: { namespace, name }, wanted: data['secret-data'] }
  }

  #changed: { readonly green: ObjectKey; readonly wanted: string } | undefined

  async change(): Promise<Answers['change']> {
    this.#changed = await this.#change(0)
    return {}
  }

  async green(): Promise<Answers['green']> {
    const changed = this.#changed
    if (changed === undefined) throw new Error('nothing has been changed')
    await this.#until(() => this.#tokens.get(keyText(changed.green)) === changed.wanted)
    return { at: Date.now() }
  }

  async remove(): Promise<Answers['remove']> {
    const names = [...this.#mirrorPeers]
    const beganAt = Date.now()
    await each(names, (name) => this.#client.delete(kinds.MirrorPeer, { name }))
    await this.#until(() => this.#mirrorPeers.size === 0)
    const goneMs = Date.now() - beganAt
    return { goneMs, lastWriteMs: (await this.#requests.lastWrite()) - beganAt }
  }

  /** A new key for one cluster of a pair. */
  async #change(pair: number): Promise<{ readonly green: ObjectKey; readonly wanted: string }> {
    const [source, receiver] = refsOf(pair)
    this.#rotations += 1
    const { metadata, data = {} } = blueOf(source, `key-${this.#rotations}`)
    const { namespace = '', name = '' } = metadata
    const wanted = data['secret-data'] ?? ''
    await this.#client.patch(kinds.Secret, { namespace, name }, 'merge', { data: { 'secret-data': wanted } })
    return { green: greenKeyOf(source, receiver), wanted }
  }

  async #create(object: KubeObject): Promise<void> {
    const kind = kindOf.get(`${object.apiVersion} ${object.kind}`)
    if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`)
    await this.#client.create(kind, object)
  }

  /** Looks after each event of a watch. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#look = resolve))
  }

  stop = (): Promise<void> => this.#cluster.stop()
}

let hub: Hub | undefined

const answer = async (call: Call): Promise<Answers[keyof Answers]> => {
  if (call.call === 'start') {
    const { hub: here, kubeconfig } = await Hub.start(call.provider)
    hub = here
    return { kubeconfig }
  }
  if (hub === undefined) throw new Error('the cluster has not been started')
  switch (call.call) {
    case 'clusters':
      return hub.clusters(call)
    case 'exchange':
      return hub.exchange(call)
    case 'rotate':
      return hub.rotate(call)
    case 'requests':
    case 'content':
    case 'change':
    case 'green':
    case 'lastWrite':
    case 'remove':
      return hub[call.call]()
  }
}

const fail = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  void (hub?.stop() ?? Promise.resolve()).finally(() => process.exit(1))
}

process.on('SIGINT', () => undefined) // for the parent, which ends us
process.on('disconnect', () => void (hub?.stop() ?? Promise.resolve()).finally(() => process.exit()))
process.on(
  'message',
  (call: Call) => void answer(call).then((reply) => process.send?.({ answer: reply }), fail),
)
