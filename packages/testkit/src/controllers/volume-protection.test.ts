import { afterEach, expect, test } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
const pods = '/api/v1/namespaces/default/pods'
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }

const claim = {
  ...claimKind,
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
}

/** A pod on a node, with the claim. */
const user = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'user' },
  spec: {
    nodeName: 'n',
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'a', image: 'registry.example.com/a:1' }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
  },
}

let cluster: InMemoryCluster
let client: TestClient
const start = async (volumeProtection: boolean): Promise<void> => {
  cluster = await startCluster({ controllers: { volumeProtection } })
  client = testClient(cluster)
}
afterEach(async () => {
  await client.close()
  await cluster.stop()
})

const find = () => cluster.get(claimKind, { name: 'data' })
const isGone = () => eventually(cluster, () => expect(find()).toBeUndefined())

test('a claim that nothing uses goes when it is deleted', async () => {
  await start(true)
  await client.post(claims, claim)
  expect(find()?.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
  await client.delete(`${claims}/data`)
  await isGone()
})

test('a claim that a pod uses stays until the pod is gone', async () => {
  await start(true)
  await client.post(claims, claim)
  await client.post(pods, user)
  await client.delete(`${claims}/data`)
  expect(find()?.metadata.deletionTimestamp).toBeDefined()
  await client.delete(`${pods}/user`)
  await isGone()
})

test('a bare control plane lets nothing go', async () => {
  await start(false)
  await client.post(claims, claim)
  await client.delete(`${claims}/data`)
  // what another controller would have done by then
  await client.post(pods, user)
  expect(find()?.metadata.deletionTimestamp).toBeDefined()
})
