import { ClusterClient } from '../access/cluster-client.ts'
import { pause } from '../access/pause.ts'
import { systemClock } from '../clock/clock.ts'
import { kubeconfigText } from '../kubeconfig.ts'
import { systemMasters } from '../auth/identity.ts'
import { apiServerArguments, controllerManagerArguments } from './arguments.ts'
import type { Binaries } from './binaries.ts'
import type { ClusterFiles } from './cluster-files.ts'
import type { ControlPlaneError } from './control-plane-error.ts'
import { freePort } from './free-port.ts'
import { GuardedProcess } from './guarded-process.ts'
import { retryPorts } from './retry-ports.ts'
import { untilReady } from './until-ready.ts'

/** How the journal knows requests of the clusters' own objects, and leaves them out. */
export const ownUserAgent = 'odfmo-testkit-cluster'
export const controllerManagerUser = 'system:kube-controller-manager'

export interface ClusterStart {
  readonly name: string
  readonly binaries: Binaries
  readonly files: ClusterFiles
  readonly minorVersion: number
  readonly etcdPort: number
  readonly controllers: boolean
  /** Aborted when time is up. */
  readonly signal: AbortSignal
  readonly onAuditLine: (line: string) => void
}

export interface ClusterProcesses {
  readonly url: string
  /** An administrator's. */
  readonly client: ClusterClient
  /** Why one of them is no longer there although nobody stopped it; waits a moment for the news of it. */
  death(): Promise<ControlPlaneError | undefined>
  /** Rejects, when both are gone, with the death of one that had ended by itself. */
  stop(): Promise<void>
}

const serviceAccounts = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
}
const namespaces = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false }

const startApiServer = ({
  name,
  binaries,
  minorVersion,
  files,
  etcdPort,
  controllers,
  signal,
  onAuditLine,
}: ClusterStart) =>
  retryPorts(async () => {
    const port = await freePort()
    const url = `https://127.0.0.1:${port}`
    const child = new GuardedProcess({
      title: `kube-apiserver of ${name}`,
      path: binaries.kubeApiserver,
      args: apiServerArguments({ files, etcdPort, prefix: `/${name}`, port, controllers, minorVersion }),
      onLine: onAuditLine,
    })
    const kubeconfig = kubeconfigText({
      cluster: name,
      url,
      ca: files.ca,
      user: 'admin',
      ...files.identity(),
    })
    const client = new ClusterClient(kubeconfig, ownUserAgent)
    try {
      await untilReady(child, signal, async () => {
        await client.text('/readyz')
        // made by the server itself, a moment after it is ready
        return (await client.get(namespaces, { name: 'default' })) !== undefined
      })
    } catch (error) {
      await client.close()
      throw error
    }
    return { url, child, client }
  })

/** A connection breaks before its server's end is heard of. */
const newsMs = 500

const deathOf = async (processes: readonly GuardedProcess[]): Promise<ControlPlaneError | undefined> => {
  const known = (): ControlPlaneError | undefined => processes.find(({ death }) => death !== undefined)?.death
  if (known() !== undefined) return known()
  const over = new AbortController()
  const ends = processes.map(({ died }) => died.catch(() => undefined))
  await Promise.race([...ends, pause(systemClock, newsMs, over.signal)])
  over.abort()
  return known()
}

/** Starts a cluster's API server and controller manager, and resolves when both have begun their work. */
export const startClusterProcesses = async (start: ClusterStart): Promise<ClusterProcesses> => {
  const { name, binaries, files, controllers, signal } = start
  const { url, child: server, client } = await startApiServer(start)
  const stopServer = async (): Promise<void> => {
    await client.close()
    await server.stop()
    if (server.death !== undefined) throw server.death
  }
  if (!controllers || binaries.kubeControllerManager === undefined)
    return { url, client, stop: stopServer, death: () => deathOf([server]) }
  const identity = files.identity({ user: controllerManagerUser, groups: [systemMasters] })
  const manager = new GuardedProcess({
    title: `kube-controller-manager of ${name}`,
    path: binaries.kubeControllerManager,
    args: controllerManagerArguments(
      files,
      files.write(
        'controller-manager.kubeconfig',
        kubeconfigText({ cluster: name, url, ca: files.ca, user: controllerManagerUser, ...identity }),
      ),
    ),
  })
  try {
    await untilReady(
      manager,
      signal,
      async () =>
        (await client.get(serviceAccounts, { namespace: 'default', name: 'default' })) !== undefined,
    )
  } catch (error) {
    await stopServer()
    throw error
  }
  return {
    url,
    client,
    death: () => deathOf([server, manager]),
    async stop() {
      await manager.stop()
      await stopServer()
      if (manager.death !== undefined) throw manager.death
    },
  }
}
