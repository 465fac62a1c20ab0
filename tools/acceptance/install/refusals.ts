import type { CustomResourceDefinition } from '@odfmo/api-types'
import { peerRef } from '@odfmo/testkit'
import { expect } from 'vitest'
import { mirrorPeer } from '../acceptance-world.ts'
import type { InstallWorld } from './install-world.ts'

/** How long an API server may take to follow a definition or a configuration that has changed. */
const followsMs = 60_000

const crd = ['crd', 'mirrorpeers.multicluster.odf.openshift.io']
const rulesOfItems =
  '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/items/x-kubernetes-validations'

const onOneCluster = mirrorPeer('bad', {
  items: ['first', 'second'].map((name) => peerRef({ clusterName: 'cluster1', storageClusterRef: { name } })),
})

/**
 * Throws unless the installed webhook is asked, warns of what it does not refuse, and refuses by itself what the definition's
 * rules refuse too, with the exact field. The rules are taken off for that, and put back.
 */
export const expectWebhookAtWork = async ({ kubectl }: InstallWorld): Promise<void> => {
  const create = async (object: object): Promise<string> =>
    (await kubectl(['create', '--dry-run=server', '-f', '-'], object)).errors
  await expect
    .poll(() => create(mirrorPeer('odd', { schedulingIntervals: ['0m'] })), { timeout: followsMs })
    .toContain('Warning: spec.schedulingIntervals[0]')
  expect(await create(onOneCluster)).toContain('both items are on one cluster')

  const { out } = await kubectl(['get', ...crd, '-o', 'json'])
  const value = rulesIn(JSON.parse(out) as CustomResourceDefinition)
  const change = async (operation: object): Promise<void> => {
    const { errors } = await kubectl(['patch', ...crd, '--type=json', '-p', JSON.stringify([operation])])
    expect(errors).toBe('')
  }
  await change({ op: 'remove', path: rulesOfItems })
  await expect
    .poll(() => create(onOneCluster), { timeout: followsMs })
    .toContain('is invalid: spec.items[1].clusterName: "cluster1" is the cluster of an earlier item too')
  await change({ op: 'add', path: rulesOfItems, value })
  await expect
    .poll(() => create(onOneCluster), { timeout: followsMs })
    .toContain('both items are on one cluster')
}

const rulesIn = ({ spec }: CustomResourceDefinition): unknown =>
  spec.versions[0]?.schema?.openAPIV3Schema?.properties?.['spec']?.properties?.['items']?.[
    'x-kubernetes-validations'
  ]

const agentOf = (cluster: string): readonly string[] => {
  const group = `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`
  return [`--as=${group}:agent:tokenexchange`, `--as-group=${group}`, '--as-group=system:authenticated']
}

/** Throws unless who has stolen an agent's identity is kept from all but the agent's own work. */
export const expectPoliciesAtWork = async (
  { kubectl }: InstallWorld,
  mirrorPeerName: string,
): Promise<void> => {
  const asAgent = agentOf('cluster1')
  const labelled = await kubectl(['label', 'mirrorpeer', mirrorPeerName, 'stolen=yes', ...asAgent])
  expect(labelled.errors).toMatch(
    /ValidatingAdmissionPolicy 'agent-mirrorpeers\..* denied request: metadata\.labels: the agent of cluster1 may change nothing/,
  )
  const token = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'stolen',
      namespace: 'cluster1',
      annotations: { 'kubernetes.io/service-account.name': 'default' },
    },
    type: 'kubernetes.io/service-account-token',
  }
  expect((await kubectl(['create', '-f', '-', ...asAgent], token)).errors).toMatch(
    /ValidatingAdmissionPolicy 'agent-secrets\..* denied request: type: the agent of cluster1 may create and change only/,
  )
}
