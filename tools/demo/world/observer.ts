import { cluster, Credentials, Informers, KubeClient, watch, type WatchedKind } from '@odfmo/controller-kit'
import { kinds } from '@odfmo/api-types'
import type { Kind } from '@odfmo/api-types/meta'
import type { Seen } from '../chain/seen.ts'

const hubKinds: readonly Kind[] = [
  kinds.MirrorPeer,
  kinds.ManagedClusterAddOn,
  kinds.ClusterManagementAddOn,
  kinds.CertificateSigningRequest,
  kinds.ManifestWork,
  kinds.Secret,
  kinds.ConfigMap,
  kinds.DRCluster,
]
const spokeKinds: readonly Kind[] = [
  kinds.Secret,
  kinds.ConfigMap,
  kinds.Deployment,
  kinds.StorageCluster,
  kinds.StorageClass,
  kinds.VolumeReplicationClass,
  kinds.ObjectBucketClaim,
]

/** What an onlooker with an administrator's kubeconfig sees of all clusters, kept up to date by watches. */
export interface Observer {
  readonly seen: Seen
  client(cluster: string): KubeClient
  /** Calls back once after each burst of changes; the answer ends that. */
  onChange(listener: () => void): () => void
  /** Resolves when the condition holds; rejects when the signal is aborted. */
  until(condition: (seen: Seen) => boolean, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** Starts watching; resolves when everything that is there has been seen once. */
export async function observe(
  kubeconfigFiles: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<Observer> {
  const clients = new Map<string, KubeClient>()
  const watches = new Map<string, WatchedKind>()
  for (const [name, kubeconfig] of kubeconfigFiles) {
    const credentials = await Credentials.load({ kubeconfig })
    clients.set(
      name,
      new KubeClient({ cluster: name, component: 'demo', version: '0.0.0', credentials, rateLimit: false }),
    )
    const own = name === 'hub' ? hubKinds : spokeKinds
    for (const one of Object.values(
      cluster(name, Object.fromEntries(own.map((kind) => [kind.kind, watch(kind)]))),
    )) {
      watches.set(`${name} ${one.kind.plural}`, one)
    }
  }
  const informers = new Informers({ clients: Object.fromEntries(clients), watches: [...watches.values()] })
  const ending = new AbortController()
  const watching = informers.start(AbortSignal.any([signal, ending.signal]))
  await informers.waitForSync(signal)
  const find = (where: string, resource: string): WatchedKind => {
    const found = watches.get(`${where} ${resource}`)
    if (found === undefined) throw new Error(`the demo does not watch ${resource} on ${where}`)
    return found
  }
  const seen: Seen = {
    get: (where, resource, name, namespace) =>
      informers.get(find(where, resource), namespace === undefined ? { name } : { namespace, name }),
    list: (where, resource, namespace) =>
      informers
        .list(find(where, resource))
        .filter((one) => namespace === undefined || one.metadata.namespace === namespace),
  }
  const listeners = new Set<() => void>()
  let due = false
  informers.onEvent(() => {
    if (due) return
    due = true
    setImmediate(() => {
      due = false
      for (const listener of listeners) listener()
    })
  })
  return {
    seen,
    client(name) {
      const client = clients.get(name)
      if (client === undefined) throw new Error(`there is no cluster ${name}`)
      return client
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async until(condition, abort) {
      if (condition(seen)) return
      await new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!condition(seen)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        abort.addEventListener('abort', () => reject(abort.reason as Error), { once: true })
      })
    },
    async stop() {
      ending.abort()
      await watching
      await Promise.all([...clients.values()].map((client) => client.close()))
    },
  }
}
