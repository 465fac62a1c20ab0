import path from 'node:path'
import { writeFileSync } from 'node:fs'
import { startChild, type Child } from './child.ts'
import type { CallMessage, ClusterCalls, ClusterConfig, ClusterMessage } from './cluster-calls.ts'

/** A cluster in a process of its own. */
export interface ClusterHandle {
  readonly name: string
  readonly child: Child
  readonly calls: ClusterCalls
  /** The administrator's kubeconfig, as text and as a file. */
  readonly kubeconfig: string
  readonly kubeconfigFile: string
}

export interface ClusterEvents {
  /** A process was events: it has to be stopped, whatever happens. */
  child(child: Child): void
  /** At its end, a process could not take all that away from an existing cluster. */
  left(cluster: string, objects: readonly string[]): void
}

const program = path.join(import.meta.dirname, 'cluster-process.ts')

/** Starts the process and waits until the cluster answers. */
export async function startClusterProcess(
  config: ClusterConfig,
  folder: string,
  events: ClusterEvents,
): Promise<ClusterHandle> {
  const child = startChild({
    name: `cluster ${config.name}`,
    args: ['--conditions=@odfmo/source', program],
    env: { ODFMO_CLUSTER: JSON.stringify(config) },
    channel: true,
  })
  events.child(child)
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>()
  let nextId = 1
  const ready = new Promise<{ kubeconfig: string }>((resolve, reject) => {
    child.process.on('message', (message: ClusterMessage) => {
      if (message.event === 'ready') return resolve(message)
      if (message.event === 'failed') return reject(new Error(message.why))
      if (message.event === 'left') return events.left(config.name, message.left)
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.error === undefined) call?.resolve(message.answer)
      else call?.reject(new Error(`cluster ${config.name}: ${message.error}`))
    })
  })
  const call = (name: keyof ClusterCalls, args: readonly unknown[]): Promise<unknown> => {
    const id = nextId++
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    child.process.send({ id, call: name, args } satisfies CallMessage)
    return Promise.race([answer, child.died])
  }
  const { kubeconfig } = await Promise.race([ready, child.died])
  const kubeconfigFile = path.join(folder, `${config.name}.kubeconfig`)
  writeFileSync(kubeconfigFile, kubeconfig, { mode: 0o600 })
  return { name: config.name, child, kubeconfig, kubeconfigFile, calls: callsBy(call) }
}

function callsBy(
  call: (name: keyof ClusterCalls, args: readonly unknown[]) => Promise<unknown>,
): ClusterCalls {
  return {
    objections: async () => (await call('objections', [])) as string[],
    prepare: async () => void (await call('prepare', [])),
    startSimulators: async (hubKubeconfig) => void (await call('startSimulators', [hubKubeconfig])),
    apply: async (objects) => void (await call('apply', [objects])),
    kubeconfig: async (identity) => (await call('kubeconfig', [identity])) as string,
    settled: async () => void (await call('settled', [])),
    remember: async () => void (await call('remember', [])),
    differences: async () => (await call('differences', [])) as string[],
    objects: async () => (await call('objects', [])) as string[],
    requests: async () => (await call('requests', [])) as Record<string, Record<string, number>>,
    writesSince: async (atMs) => (await call('writesSince', [atMs])) as string[],
  }
}
