// Run by failures.test.ts: tests that fail, to see what is printed with them.
import { expect } from 'vitest'
import { secret } from '../../builders/builders.ts'
import { configMap } from '../../builders/kubernetes.ts'
import { eventually } from '../../eventually.ts'
import { clusterTest } from '../../vitest.ts'

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' }
const kept = configMap({ metadata: { name: 'kept' }, data: { size: '1' } })
const password = secret({ metadata: { namespace: 'default' } })
const test = clusterTest({ objects: [kept, password] })

test('changes something and fails', async ({ cluster }) => {
  await cluster.apply({ ...kept, data: { size: '2' } }, configMap({ metadata: { name: 'new' } }))
  await cluster.apply({ ...password, data: { key: 'b3RoZXI=' } })
  expect(cluster.name).toBe('another')
})

test('fails alone', async ({ cluster }) => {
  expect(cluster.name).toBe('another')
})

test('has less time than a wait usually takes', { timeout: 10_000 }, async ({ cluster }) => {
  await eventually(cluster, () =>
    expect(cluster.get(configMaps, { name: 'kept' })?.['data']).toEqual({ size: '3' }),
  )
})

test('is fine', async ({ cluster }) => {
  expect(cluster.name).toBe('cluster')
})
