// One cluster of the demo: an in-memory API server with the simulators of what runs on it.
// Started by cluster-handle.ts; ends when the channel to its parent closes, however that happens.
import { mirrorPeerCrd } from '@odfmo/api-types'
import { hubCrds, spokeCrds, startCluster, type Simulator } from '@odfmo/testkit'
import type { CallMessage, ClusterConfig, ClusterMessage } from './cluster-calls.ts'
import { clusterCalls } from './serve-calls.ts'
import { startSimulators } from './simulators.ts'

const config = JSON.parse(process.env['ODFMO_CLUSTER'] ?? '') as ClusterConfig
const send = (message: ClusterMessage): void => void process.send?.(message)

// Ctrl-C is for the demo, which ends the clusters after the services.
process.on('SIGINT', () => {})
process.on('disconnect', () => void stop(1))
process.on('SIGTERM', () => void stop(0))

const crds = config.role === 'hub' ? [mirrorPeerCrd, ...hubCrds] : spokeCrds
const cluster = await startCluster({ name: config.name, crds })
const simulators: Simulator[] = []
const calls = clusterCalls(cluster, async (hubKubeconfig) => {
  simulators.push(...(await startSimulators(cluster, config, hubKubeconfig)))
})

process.on('message', ({ id, call, args }: CallMessage) => {
  const answer = (calls[call] as (...given: readonly unknown[]) => Promise<unknown>)(...args)
  answer.then(
    (value) => send({ event: 'answer', id, answer: value }),
    (error: unknown) =>
      send({ event: 'answer', id, error: error instanceof Error ? error.message : String(error) }),
  )
})
send({ event: 'ready', url: cluster.url, kubeconfig: cluster.kubeconfig() })

let stopping = false
async function stop(exitCode: number): Promise<void> {
  if (stopping) return
  stopping = true
  await Promise.all(simulators.map((simulator) => simulator.stop()))
  await cluster.stop()
  process.exit(exitCode)
}
