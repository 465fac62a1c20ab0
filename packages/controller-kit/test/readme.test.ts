import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, startCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { temporaryFolder } from './clients.ts'
import { run } from './readme-example.ts'

const ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap' }

it('is what the README shows', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', 'readme-example.ts'].map((file) => readFile(join(import.meta.dirname, file), 'utf8')),
  )
  expect(readme).toContain(example)
})

it('copies, repairs and removes', async () => {
  const cluster = await startCluster()
  const folder = await temporaryFolder()
  const kubeconfig = join(folder.path, 'kubeconfig')
  await writeFile(kubeconfig, cluster.kubeconfig())
  const stop = new AbortController()
  const running = run(kubeconfig, stop.signal)

  const original = {
    ...ConfigMap,
    metadata: { namespace: 'default', name: 'a', labels: { 'copy-to': 'kube-public' } },
  }
  const copy = () => cluster.get(ConfigMap, { namespace: 'kube-public', name: 'a' })
  await cluster.apply({ ...original, data: { v: '1' } })
  await eventually(cluster, () => expect(copy()).toMatchObject({ data: { v: '1' } }))
  await cluster.apply({
    ...ConfigMap,
    metadata: { namespace: 'kube-public', name: 'a' },
    data: { v: 'mine', x: 'y' },
  })
  await eventually(cluster, () => expect(copy()?.['data']).toEqual({ v: '1' }))
  await cluster.apply({
    ...original,
    metadata: { ...original.metadata, labels: { 'copy-to': 'kube-system' } },
  })
  await eventually(cluster, () => expect(copy()).toBeUndefined())
  await eventually(cluster, () =>
    expect(cluster.get(ConfigMap, { namespace: 'kube-system', name: 'a' })).toBeDefined(),
  )

  stop.abort()
  await running
  await cluster.stop()
  await folder.remove()
})
