// One cluster of the demo, with the simulators of what runs on it.
// Started by cluster-handle.ts; ends when the channel to its parent closes, however that happens.
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Simulator } from '@odfmo/testkit'
import type { CallMessage, ClusterConfig, ClusterMessage } from './cluster-calls.ts'
import { clusterCalls } from './serve-calls.ts'
import { startSimulators } from './simulators.ts'
import { startClusterOf, type RunningCluster } from './start-cluster-of.ts'

/** A service whose parent is gone ends within this (tether.mjs). */
const untilServicesEndMs = 4_000

const config = JSON.parse(process.env['ODFMO_CLUSTER'] ?? '') as ClusterConfig
const send = (message: ClusterMessage): void => {
  if (process.connected) process.send?.(message)
}

let stopping = false
let running: RunningCluster | undefined
const simulators: Simulator[] = []

// Ctrl-C is for the demo, which ends the clusters after the services.
process.on('SIGINT', () => {})
process.on('disconnect', () => void stop(1))
process.on('SIGTERM', () => void stop(0))

running = await started()
const calls = clusterCalls(running, async (hubKubeconfig) => {
  if (running !== undefined)
    simulators.push(...(await startSimulators(running.cluster, config, hubKubeconfig)))
})
process.on('message', ({ id, call, args }: CallMessage) => {
  const answer = (calls[call] as (...given: readonly unknown[]) => Promise<unknown>)(...args)
  answer.then(
    (value) => send({ event: 'answer', id, answer: value }),
    (error: unknown) => send({ event: 'answer', id, error: messageOf(error) }),
  )
})
send({ event: 'ready', kubeconfig: running.cluster.kubeconfig() })

/** What cannot be started is no crash: the demo says why, and this process has nothing to do. */
async function started(): Promise<RunningCluster> {
  try {
    return await startClusterOf(config)
  } catch (error) {
    send({ event: 'failed', why: messageOf(error) })
    return new Promise<never>(() => {})
  }
}

async function stop(exitCode: number): Promise<void> {
  if (stopping) return
  stopping = true
  await Promise.all(simulators.map((simulator) => simulator.stop()))
  if (running?.claim !== undefined) {
    // Otherwise the demo has ended them before us.
    if (!process.connected) await sleep(untilServicesEndMs)
    const left = await running.claim.cleanUp().catch((error: unknown) => [messageOf(error)])
    if (left.length > 0) send({ event: 'left', left })
  }
  await running?.cluster.stop()
  // Kubeconfigs are in it, and whoever made it is gone.
  if (!process.connected) rmSync(config.folder, { recursive: true, force: true })
  process.exit(exitCode)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
