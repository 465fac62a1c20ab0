import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster, ClusterEvent } from '../cluster.ts'
import { startControlPlane } from '../control-plane/start-control-plane.ts'
import { eventually } from '../eventually.ts'
import { journalOf } from '../journal-of.ts'
import { startCluster } from '../start-cluster.ts'
import { ClusterClient } from '../access/cluster-client.ts'
import { describeControlPlane } from '../testing/describe-control-plane.ts'
import { useExisting } from './use-existing.ts'
import { settled } from '../testing/settled.ts'

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }
const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }

/** What is true of clusters that somebody else started, whoever that was. */
const existingTests = (start: () => Promise<Cluster>): void => {
  let theirs: Cluster
  let cluster: Cluster
  beforeAll(async () => {
    theirs = await start()
    const existing = await useExisting({ kubeconfig: theirs.kubeconfig(), contexts: { hub: 'lab' } })
    cluster = existing.cluster('hub')
  }, 240_000)
  afterAll(async () => {
    await cluster.stop()
    expect(await theirs.get(configMap, { name: 'mine' })).toMatchObject({ data: { a: '1' } })
    await theirs.stop()
  })

  it('says so when the changes of a kind may not be listed', async () => {
    const kubeconfig = theirs.kubeconfig({ user: 'bob', groups: ['readers'] })
    const bob = await useExisting({ kubeconfig, contexts: { hub: 'lab' } })
    const watching = async () => bob.cluster('hub').on(configMap, () => undefined)
    await expect(watching()).rejects.toThrow('User "bob" cannot list')
    await bob.stop()
  })

  it('reads and writes objects there', async () => {
    const { name, provider, url, requests } = cluster
    expect({ name, provider, url, requests }).toEqual({
      name: 'hub',
      provider: 'existing',
      url: theirs.url,
      requests: undefined,
    })
    await expect(journalOf(cluster)).rejects.toThrow('provider existing does not tell')
    await cluster.apply({ ...configMap, metadata: { name: 'mine' }, data: { a: '1' } })
    expect(await theirs.get(configMap, { name: 'mine' })).toMatchObject({ data: { a: '1' } })
    expect(await cluster.get(configMap, { name: 'nobody' })).toBeUndefined()
  })

  it('is somebody else by impersonation', async () => {
    const bob = new ClusterClient(cluster.kubeconfig({ user: 'bob', groups: ['ops'] }), 'test')
    await expect(bob.list(secrets, {})).rejects.toThrow('User "bob" cannot list resource "secrets"')
    await theirs.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'ops' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ops' }],
    })
    await eventually(cluster, () => bob.list(secrets, {}))
    await bob.close()
  })

  it('hears of changes that others make', async () => {
    const events: ClusterEvent[] = []
    const end = await cluster.on(configMap, (event) => events.push(event))
    await theirs.apply({ ...configMap, metadata: { name: 'seen' } })
    await cluster.wait(() => events[0])
    expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([['ADDED', 'seen']])
    end()
  })

  it('is the same state as itself', async () => {
    expect(Object.keys((await settled(cluster)).tables)).toContain('/configmaps')
  })

  it('tells which cluster cannot be reached', async () => {
    const kubeconfig = theirs.kubeconfig().replace(/https:.*/, 'https://127.0.0.1:1')
    await expect(useExisting({ kubeconfig, contexts: { c1: 'lab' } })).rejects.toThrow(
      /^cluster c1 \(context lab\) cannot be reached: /,
    )
  })
}

describe('useExisting, of an in-memory cluster', () => {
  existingTests(() => startCluster({ name: 'lab' }))
})

describeControlPlane('useExisting, of a real control plane', () => {
  existingTests(async () => {
    const controlPlane = await startControlPlane({ clusters: ['lab'], controllers: false })
    return { ...controlPlane.cluster('lab'), stop: () => controlPlane.stop() }
  })
})
