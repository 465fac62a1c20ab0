import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  hubCrds,
  klusterletGroup,
  klusterletUser,
  kubelet,
  managedCluster,
  ocmHub,
  ocmSpoke,
  spokeCrds,
  startCluster,
  storage,
} from '@odfmo/testkit'
import { expect, it } from 'vitest'

it('has all simulators at once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'readme-'))

  const hub = await startCluster({ name: 'hub', crds: hubCrds })
  const spoke = await startCluster({ name: 'cluster1', crds: spokeCrds })
  const simulators = [
    await ocmHub({ hub: hub.kubeconfig() }),
    await ocmSpoke({
      clusterName: 'cluster1',
      hub: hub.kubeconfig({ user: klusterletUser('cluster1'), groups: [klusterletGroup('cluster1')] }),
      spoke: spoke.kubeconfig(),
    }),
    await storage({ spoke: spoke.kubeconfig(), routeDomain: 'apps.cluster1.example' }),
    await kubelet({
      cluster: spoke.kubeconfig(),
      dir,
      images: { 'example/agent:1': { command: ['node', 'agent.js'] } },
    }),
  ]
  await hub.apply(managedCluster())
  await hub.wait(() => hub.get({ apiVersion: 'v1', kind: 'Namespace' }, { name: 'cluster1' }))
  await Promise.all(simulators.map((simulator) => simulator.stop()))

  expect(hub.requests.counts()).not.toEqual({})
  await Promise.all([hub.stop(), spoke.stop()])
  await rm(dir, { recursive: true })
})
