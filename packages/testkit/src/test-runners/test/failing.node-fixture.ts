// Run by failures.test.ts: tests that fail, to see what is printed with them.
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { configMap } from '../../builders/kubernetes.ts'
import { clusterTest } from '../../node-test.ts'
import { waitForObject } from '../../checks/wait-for-object.ts'

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' }
const kept = configMap({ metadata: { name: 'kept' }, data: { size: '1' } })
const test = clusterTest({ clusters: { hub: { objects: [kept] }, spoke: {} } })
const alone = clusterTest({ per: 'test' })
const inNamespaces = clusterTest({ isolation: 'namespace' })
let url = ''

void describe('a file', () => {
  test('changes something and fails', async ({ hub }) => {
    await hub.apply({ ...kept, data: { size: '2' } })
    assert.equal(hub.name, 'another')
  })

  test('finds what the file began with', async ({ hub, spoke, namespace }) => {
    assert.equal(namespace, 'default')
    await waitForObject(hub, kept)
    assert.equal(spoke.get(configMaps, { name: 'kept' }), undefined)
  })

  test('has less time than a wait usually takes', { timeout: 10_000 }, async ({ hub }) => {
    await waitForObject(hub, { ...kept, data: { size: '3' } })
  })

  test('never ends', { timeout: 2_000 }, async ({ hub }) => {
    await hub.apply(configMap({ metadata: { name: 'late' } }))
    await new Promise(() => undefined)
  })

  test.skip('is left out', () => assert.fail())
  test.todo('is to be written', () => undefined)

  alone('has a cluster of its own', ({ cluster }) => {
    url = cluster.url
  })
  alone('and so has the next', ({ cluster }) => assert.notEqual(cluster.url, url))

  inNamespaces('has a namespace of its own', async ({ cluster, namespace }) => {
    assert.equal(namespace, 'test-1-has-a-namespace-of-its-own')
    await cluster.apply(configMap({ metadata: { name: 'mine', namespace } }))
  })
})
