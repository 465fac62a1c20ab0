import { join } from 'node:path'
import type { Access } from './access.ts'
import { Credentials } from './credentials.ts'
import { identitySource, type IdentitySource } from './identity.ts'
import { KubeClient, type KubeClientOptions } from './kube-client.ts'

/** How to reach a cluster in one call; what is left out is as `KubeClient` has it. */
export interface ConnectOptions extends Omit<KubeClientOptions, 'cluster' | 'version' | 'credentials'> {
  /** What errors, logs and metrics call the cluster, and `cluster(name, …)`. Default: the context, else `default`. */
  readonly cluster?: string
  /** Of the component, for the user agent. Default: `0`. */
  readonly version?: string
  /** Path of a file. Default: what `KUBECONFIG` in `env` names, the pod's service account, `~/.kube/config`. */
  readonly kubeconfig?: string
  /** Which context of the kubeconfig. Default: its current one. */
  readonly context?: string
  /** Instead of a kubeconfig: server and credentials themselves, as tests have them. */
  readonly access?: Access
  /** `process.env`: where to look for a kubeconfig, or for the pod's service account, and for proxies. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * A client for the cluster that kubectl would talk to. Reads files, sends nothing: a server that is away is no error.
 *
 * Who gives it to a manager need not close it; who uses it alone ends it by `close()`.
 *
 * @throws KubeconfigError that names the file and the entry, when something is missing or does not fit
 */
export const connect = async ({
  cluster,
  version = '0',
  ...options
}: ConnectOptions): Promise<KubeClient> => {
  const { clock, env } = options
  const credentials = await Credentials.load(sourceOf(options), {
    ...(clock === undefined ? {} : { clock }),
    ...(env === undefined ? {} : { env }),
  })
  return new KubeClient({
    ...options,
    cluster: cluster ?? options.context ?? 'default',
    version,
    credentials,
  })
}

/** As controller-runtime: outside of a pod, with nothing said, what is in the home folder. */
const sourceOf = ({ access, kubeconfig, context, env = {} }: ConnectOptions): IdentitySource => {
  if (access !== undefined) return { access }
  const named = identitySource(kubeconfig, env)
  const home = env['HOME'] ?? ''
  const inPod = (env['KUBERNETES_SERVICE_HOST'] ?? '') !== ''
  const source =
    'inCluster' in named && !inPod && home !== '' ? { kubeconfig: join(home, '.kube', 'config') } : named
  return context === undefined || !('kubeconfig' in source) ? source : { ...source, context }
}
