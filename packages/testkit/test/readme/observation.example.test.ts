import { eventually, manualClock, sameState, startCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { send } from './send.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }

it('keeps a journal', async () => {
  const cluster = await startCluster({ clock: manualClock(), journalLimit: 1_000 }) // the newest 1,000; counters go on
  setImmediate(() => void send(cluster, 'POST', configMaps, { metadata: { name: 'a' } }))
  const created = await cluster.requests.wait({ verb: 'create', resource: 'configmaps', user: 'admin' })
  expect(created).toMatchObject({ subresource: '', status: 201, userAgent: 'example', durationMs: 0 })
  expect(cluster.requests.counts()).toEqual({ 'create configmaps': 1 })
  expect(cluster.requests.writes({ namespace: 'default' })).toHaveLength(1)
  expect(cluster.requests.tail()).toMatch(
    /^201 create configmaps default\/\* by admin \(example\), 0 ms, \d+ B$/,
  )
  await cluster.stop()
})

it('takes, compares and restores snapshots', async () => {
  const cluster = await startCluster()
  await cluster.apply({ ...configMap, metadata: { name: 'a' }, data: { size: '1' } })
  const before = cluster.snapshot() // plain data: keep it in a file if you like
  await cluster.apply({ ...configMap, metadata: { name: 'a' }, data: { size: '2' } })
  expect(sameState(before, cluster.snapshot())).toEqual([
    { object: 'configmaps default/a', path: 'data.size', left: '1', right: '2' },
  ])
  cluster.restore(before) // ordinary writes: watches see them, versions go on growing
  expect(sameState(before, cluster.snapshot())).toEqual([])
  await eventually(cluster, () =>
    expect(cluster.get(configMap, { name: 'a' })).toMatchObject({ data: { size: '1' } }),
  )
  await cluster.stop()
})
