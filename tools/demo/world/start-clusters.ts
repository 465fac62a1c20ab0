import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { apiVersionOf, kinds } from '@odfmo/api-types'
import { klusterletGroup, klusterletUser } from '@odfmo/testkit'
import { root } from '../../command/root.ts'
import type { DemoInput, Spoke } from '../input/demo-input.ts'
import { InputError } from '../input/problem.ts'
import { startClusterProcess, type ClusterEvents, type ClusterHandle } from './cluster-handle.ts'
import { agentImage, hubNamespace } from './names.ts'

/** What the kubelet runs for the agent's image. */
export const agentProgram = path.join(root, 'packages/token-exchange-agent/dist/main.js')

/** Starts the hub and the spokes at once, then brings them together; the hub is the first of the answer. */
export async function startClusters(
  input: DemoInput,
  folder: string,
  events: ClusterEvents,
): Promise<ClusterHandle[]> {
  const { source } = input
  const hubReady = startClusterProcess(
    { role: 'hub', name: 'hub', source, folder, ramenNamespace: hubNamespace },
    folder,
    events,
  )
  const spokesReady = input.spokes.map(({ name }) => {
    const podFolder = path.join(folder, `${name}-pods`)
    mkdirSync(podFolder, { mode: 0o700 })
    const agentCommand = [process.execPath, agentProgram]
    return startClusterProcess(
      { role: 'spoke', name, source, folder, agentImage, agentCommand, podFolder },
      folder,
      events,
    )
  })
  const [hub, ...spokes] = await Promise.all([hubReady, ...spokesReady])
  // All are asked before any is touched.
  await refuseObjections([hub, ...spokes])
  await Promise.all([hub, ...spokes].map(({ calls }) => calls.prepare()))
  await hub.calls.startSimulators()
  await hub.calls.apply([...input.spokes.map(({ managedCluster }) => managedCluster), ...input.others])
  await Promise.all(input.spokes.map((spoke, index) => joinSpoke(spoke, hub, spokes[index])))
  return [hub, ...spokes]
}

const shownObjections = 5

async function refuseObjections(clusters: readonly ClusterHandle[]): Promise<void> {
  const problems = await Promise.all(
    clusters.map(async ({ name, calls }) => {
      const objections = await calls.objections()
      if (objections.length === 0) return []
      const more = objections.length - shownObjections
      const shown = objections.slice(0, shownObjections).join(', ')
      return [
        {
          where: `cluster ${name}`,
          what: `has ${shown}${more > 0 ? ` and ${more} more` : ''}: the demo plays Open Cluster Management, storage and Ramen itself and would spoil what is there`,
          todo: 'Name clusters for trying out that have none of it. Nothing has been changed.',
        },
      ]
    }),
  )
  if (problems.flat().length > 0) throw new InputError(problems.flat())
}

async function joinSpoke(
  { name, storageClusters }: Spoke,
  hub: ClusterHandle,
  spoke: ClusterHandle | undefined,
): Promise<void> {
  if (spoke === undefined) throw new Error(`the spoke ${name} was not started`)
  await spoke.calls.startSimulators(
    await hub.calls.kubeconfig({ user: klusterletUser(name), groups: [klusterletGroup(name)] }),
  )
  const { kind } = kinds.StorageCluster
  const apiVersion = apiVersionOf(kinds.StorageCluster)
  await spoke.calls.apply(storageClusters.map((metadata) => ({ apiVersion, kind, metadata, spec: {} })))
}
