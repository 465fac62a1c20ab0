import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract, kinds, mirrorPeerCrd, spokeFinalizer } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  clusterRole,
  clusterRoleBinding,
  eventually,
  mirrorPeer,
  startTestCluster,
  waitForNoObject,
  type Cluster,
} from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webhookConfigurations } from './objects/webhook-configurations.ts'

const name = 'mirrorpeer'
const agent = 'system:open-cluster-management:cluster:cluster1:addon:tokenexchange:agent:tokenexchange'

/** As a merge patch says it. */
type Change = { readonly metadata?: object; readonly spec?: object; readonly status?: object }

describe('while no webhook answers', () => {
  let cluster: Cluster
  let folder = ''
  const clients: KubeClient[] = []

  const clientOf = async (user: string, groups: readonly string[]): Promise<KubeClient> => {
    const kubeconfig = path.join(folder, `${clients.length}.kubeconfig`)
    writeFileSync(kubeconfig, cluster.kubeconfig({ user, groups }), { mode: 0o600 })
    const credentials = await Credentials.load({ kubeconfig })
    const client = new KubeClient({ cluster: 'hub', component: 'test', version: '0', credentials })
    clients.push(client)
    return client
  }
  let admin: KubeClient
  let asAgent: KubeClient

  const change = (
    client: KubeClient,
    patch: Change,
    options: { readonly subresource?: 'status' } = {},
  ): Promise<string> =>
    client.patch(kinds.MirrorPeer, { name }, 'merge', patch, options).then(
      () => 'stored',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'webhook-down-'))
    cluster = await startTestCluster({ crds: [mirrorPeerCrd] })
    const rules = [{ apiGroups: [kinds.MirrorPeer.group], resources: ['*'], verbs: ['*'] }]
    const subjects = [{ kind: 'User', apiGroup: kinds.Role.group, name: agent }]
    await cluster.apply(
      mirrorPeer({ metadata: { name } }),
      clusterRole({ metadata: { name: 'agent' }, rules }),
      clusterRoleBinding({
        metadata: { name: 'agent' },
        roleRef: { apiGroup: kinds.Role.group, kind: 'ClusterRole', name: 'agent' },
        subjects,
      }),
      ...(webhookConfigurations as unknown as readonly KubeObject[]),
    )
    admin = await clientOf('admin', ['system:masters'])
    asAgent = await clientOf(agent, ['system:authenticated'])
    // A real server looks at its configurations about once a second; each try is another spec.
    let minutes = 5
    await eventually(cluster, async () => {
      const spec = { schedulingIntervals: [`${(minutes += 1)}m`] }
      expect(await change(admin, { spec })).toContain('failed calling webhook')
    })
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('nothing of a spec is stored', async () => {
    const refused = 'failed calling webhook "mmirrorpeer.kb.io"'
    expect(await change(admin, { spec: { schedulingIntervals: ['1h'] } })).toContain(refused)
    await expect(admin.create(kinds.MirrorPeer, mirrorPeer({ metadata: { name: 'other' } }))).rejects.toThrow(
      refused,
    )
  })

  it('an agent changes nothing, not its own finalizer either', async () => {
    const refused = 'failed calling webhook "vmirrorpeer.kb.io"'
    const finalizers = [spokeFinalizer('cluster1')]
    expect(await change(asAgent, { metadata: { finalizers } })).toContain(refused)
  })

  it('finalizers and labels come and go, status is written, and it can be deleted', async () => {
    const finalizers = [contract.finalizer.hub]
    expect(await change(admin, { metadata: { finalizers, labels: { a: 'b' } } })).toBe('stored')
    expect(await change(admin, { status: { phase: 'ExchangingSecret' } }, { subresource: 'status' })).toBe(
      'stored',
    )
    await admin.delete(kinds.MirrorPeer, { name })
    expect(await change(admin, { metadata: { finalizers: null } })).toBe('stored')
    await waitForNoObject(cluster, mirrorPeer({ metadata: { name } }))
  })
})
