import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { startCluster } from './start-cluster.ts'
import { startTestCluster } from './start-test-cluster.ts'
import { describeControlPlane } from './testing/describe-control-plane.ts'

const namespace = { apiVersion: 'v1', kind: 'Namespace' }

afterEach(() => void vi.unstubAllEnvs())

it('starts a cluster in memory when nothing is said', async () => {
  vi.stubEnv('TESTKIT_PROVIDER', undefined)
  const cluster = await startTestCluster()
  expect([cluster.provider, cluster.name]).toEqual(['memory', 'cluster'])
  await cluster.stop()
})

it('takes an existing cluster by the context that is named for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'testkit-'))
  const lab = await startCluster({ name: 'lab' })
  writeFileSync(join(folder, 'config'), lab.kubeconfig())
  vi.stubEnv('TESTKIT_PROVIDER', 'existing')
  vi.stubEnv('TESTKIT_KUBECONFIG', join(folder, 'config'))
  vi.stubEnv('TESTKIT_CONTEXTS', 'c1=other, hub=lab')
  const cluster = await startTestCluster({ name: 'hub' })
  expect([cluster.provider, cluster.name, cluster.url]).toEqual(['existing', 'hub', lab.url])
  await cluster.stop()
  await expect(startTestCluster({ name: 'c2' })).rejects.toThrow('expected c2=CONTEXT')
  await lab.stop()
  rmSync(folder, { recursive: true })
})

it('knows no other provider', async () => {
  vi.stubEnv('TESTKIT_PROVIDER', 'kind')
  await expect(startTestCluster()).rejects.toThrow(
    'TESTKIT_PROVIDER: expected memory, control-plane or existing, got "kind"',
  )
})

describeControlPlane('with a control plane', () => {
  it('starts one for the cluster, and ends it with it', async () => {
    vi.stubEnv('TESTKIT_PROVIDER', 'control-plane')
    const cluster = await startTestCluster({ name: 'hub', controllers: false })
    expect(cluster.provider).toBe('control-plane')
    expect(await cluster.get(namespace, { name: 'default' })).toMatchObject(namespace)
    await cluster.stop()
    await expect(cluster.get(namespace, { name: 'default' })).rejects.toThrow()
  })
})
