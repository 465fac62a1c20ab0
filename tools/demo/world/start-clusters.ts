import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { apiVersionOf, kinds } from '@odfmo/api-types'
import { klusterletGroup, klusterletUser } from '@odfmo/testkit'
import { root } from '../../command/root.ts'
import type { DemoInput, Spoke } from '../input/demo-input.ts'
import type { Child } from './child.ts'
import { startClusterProcess, type ClusterHandle } from './cluster-handle.ts'
import { agentImage, hubNamespace } from './names.ts'

/** What the kubelet runs for the agent's image. */
export const agentProgram = path.join(root, 'packages/token-exchange-agent/dist/main.js')

/** Starts the hub and the spokes at once, then brings them together; the hub is the first of the answer. */
export async function startClusters(
  input: DemoInput,
  folder: string,
  started: (child: Child) => void,
): Promise<ClusterHandle[]> {
  const hubReady = startClusterProcess(
    { role: 'hub', name: 'hub', ramenNamespace: hubNamespace },
    folder,
    started,
  )
  const spokesReady = input.spokes.map(({ name }) => {
    const podFolder = path.join(folder, `${name}-pods`)
    mkdirSync(podFolder, { mode: 0o700 })
    const agentCommand = [process.execPath, agentProgram]
    return startClusterProcess({ role: 'spoke', name, agentImage, agentCommand, podFolder }, folder, started)
  })
  const [hub, ...spokes] = await Promise.all([hubReady, ...spokesReady])
  await hub.calls.startSimulators()
  await hub.calls.apply([...input.spokes.map(({ managedCluster }) => managedCluster), ...input.others])
  await Promise.all(input.spokes.map((spoke, index) => joinSpoke(spoke, hub, spokes[index])))
  return [hub, ...spokes]
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
