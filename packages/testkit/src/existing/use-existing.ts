import { ClusterClient } from '../access/cluster-client.ts'
import { checkName } from '../check-cluster-options.ts'
import { checkFields, refuseOption } from '../check-option.ts'
import { systemClock } from '../clock/clock.ts'
import { ClusterEnd } from '../cluster-end.ts'
import type { Cluster } from '../cluster.ts'
import { remoteAccess } from '../remote/remote-access.ts'
import { chooseContext, readKubeconfig } from './choose-context.ts'
import type { Kubeconfig } from './choose-context.ts'
import { isJsonObject } from '../kube-object.ts'

/** Which clusters, by which contexts of which kubeconfig. */
export interface ExistingOptions {
  /** Its text, or the path of its file. */
  readonly kubeconfig: string
  /** Name of a cluster in the test → name of its context in the kubeconfig. */
  readonly contexts: Readonly<Record<string, string>>
}

/** Clusters that were there before and stay. */
export interface ExistingClusters {
  readonly clusters: readonly Cluster[]
  /** Throws when there is none of this name. */
  cluster(name: string): Cluster
  /** Ends the connections; the clusters stay as they are. */
  stop(): Promise<void>
  /** `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Nobody tells when anything at all changes in somebody else's cluster, and a watch of every kind is too much to ask. */
const lookEveryMs = 500

/** Calls back at intervals; the answer ends that. */
const repeatedly = (listener: () => void): (() => void) => {
  let cancel = (): void => undefined
  const again = (): void => {
    cancel = systemClock.after(lookEveryMs, () => {
      again()
      listener()
    })
  }
  again()
  return () => cancel()
}

const connect = async (kubeconfig: Kubeconfig, name: string, context: string): Promise<Cluster> => {
  const administrator = chooseContext(kubeconfig, context, name)
  const client = new ClusterClient(administrator, 'odfmo-testkit-cluster')
  try {
    await client.raw('/version')
  } catch (error) {
    await client.close()
    throw new Error(`cluster ${name} (context ${context}) cannot be reached: ${String(error)}`, {
      cause: error,
    })
  }
  const end = new ClusterEnd(name)
  // what is there is somebody else's: nothing is taken away to make it as it was
  const {
    stopFollowing,
    restore: _restore,
    ...access
  } = remoteAccess({ name, client, onChange: repeatedly, end })
  const stop = (): Promise<void> =>
    end.stop(async () => {
      stopFollowing()
      await client.close()
    })
  return {
    provider: 'existing',
    name,
    url: client.access.server,
    ca: client.access.ca ?? '',
    kubeconfig: (identity) => chooseContext(kubeconfig, context, name, identity),
    ...access,
    onStop: end.onStop,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const checkOptions = (options: ExistingOptions): void => {
  checkFields('useExisting', options, ['kubeconfig', 'contexts'])
  const { kubeconfig, contexts } = options
  if (typeof kubeconfig !== 'string') refuseOption('useExisting: kubeconfig', 'YAML or a path', kubeconfig)
  if (!isJsonObject(contexts))
    refuseOption('useExisting: contexts', 'an object like { hub: "CONTEXT" }', contexts)
  for (const [name, context] of Object.entries(contexts))
    checkName(`useExisting: contexts.${name}`, context ?? '')
}

/**
 * Clusters that others started, by the contexts of a kubeconfig whose users must be administrators: identities are given
 * by impersonation. Nothing of them is cleaned up.
 */
export const useExisting = async (options: ExistingOptions): Promise<ExistingClusters> => {
  checkOptions(options)
  const kubeconfig = readKubeconfig(options.kubeconfig)
  const contexts = Object.entries(options.contexts)
  const results = await Promise.allSettled(
    contexts.map(([name, context]) => connect(kubeconfig, name, context)),
  )
  const clusters = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const stop = async (): Promise<void> => {
    await Promise.all(clusters.map((cluster) => cluster.stop()))
  }
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  return {
    clusters,
    cluster(name) {
      const cluster = clusters.find((one) => one.name === name)
      if (cluster === undefined) throw new Error(`there is no cluster ${name} among the existing ones`)
      return cluster
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
