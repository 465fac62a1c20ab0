import { afterEach, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import { eventually } from '../../../eventually.ts'
import { appliedWorks, startSmallFleet, works, type SmallFleet } from '../../test/small-fleet.ts'

let fleet: SmallFleet
afterEach(async () => {
  await fleet.stop()
})

test('an AppliedManifestWork that somebody deletes is made again, and so is all that went with it', async () => {
  fleet = await startSmallFleet()
  const { hub, spoke, onSpoke } = fleet
  const key = { namespace: 'openshift-storage', name: 'one' }
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }
  await hub.apply({
    ...works,
    metadata: { namespace: 'cluster1', name: 'w' },
    spec: { workload: { manifests: [{ ...configMap, metadata: key, data: { key: 'value' } }] } },
  })
  const first = await spoke.wait(() => spoke.get(configMap, key))
  const [applied] = await spoke.list(appliedWorks)
  await onSpoke.remove(kinds.AppliedManifestWork, { name: applied?.metadata.name ?? '' })
  await eventually([hub, spoke], async () => {
    const again = await spoke.get(configMap, key)
    expect(again).toBeDefined()
    expect(again?.metadata.uid).not.toBe(first.metadata.uid)
  })
})

test('the AppliedManifestWork waits for nobody but the work agent: a collector may not know its kind yet', async () => {
  fleet = await startSmallFleet()
  const { hub, spoke, onHub, onSpoke } = fleet
  await hub.apply({
    ...works,
    metadata: { namespace: 'cluster1', name: 'w' },
    spec: { workload: { manifests: [] } },
  })
  await spoke.wait(async () => (await spoke.list(appliedWorks))[0])
  const { resourceVersion } = await onSpoke.list(kinds.AppliedManifestWork, {})
  const done = new AbortController()
  const watch = onSpoke.watch(kinds.AppliedManifestWork, {}, resourceVersion, 60, done.signal)
  await onHub.remove(kinds.ManifestWork, { namespace: 'cluster1', name: 'w' })
  const finalizers = new Set<string>()
  for await (const { type, object } of watch) {
    for (const finalizer of object.metadata.finalizers ?? []) finalizers.add(finalizer)
    if (type === 'DELETED') break
  }
  done.abort()
  expect([...finalizers]).toEqual(['cluster.open-cluster-management.io/applied-manifest-work-cleanup'])
})
