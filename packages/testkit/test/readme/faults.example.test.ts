import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock, startCluster, startFaultProxy, startTestCluster } from '@odfmo/testkit'
import type { InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { send } from './send.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
})

let cluster: InMemoryCluster
beforeEach(async () => {
  cluster = await startCluster()
})
afterEach(() => cluster.stop())

it('adds faults, counts them and takes them away', async () => {
  const conflict = cluster.faults.add({
    match: {
      verb: ['update', 'patch'],
      resource: 'configmaps',
      name: 'a',
      namespace: 'default',
      user: 'admin',
    },
    fault: { kind: 'status', code: 409 },
    after: 1, // the first one passes
    times: 2,
  })
  await cluster.apply(configMap('a'))
  const statuses: number[] = []
  for (let count = 0; count < 4; count++)
    statuses.push((await send(cluster, 'PATCH', `${configMaps}/a`, {})).status)
  expect(statuses).toEqual([200, 409, 409, 200])
  expect(conflict.hits).toBe(2)
  expect(cluster.faults.neverHit()).toEqual([])
  conflict.remove()
})

it.each([
  // a fault, and what a client sees of it
  [{ kind: 'status', code: 429, retryAfterSeconds: 3 }, 'answered 429'],
  [{ kind: 'status', code: 410 }, 'answered 410'],
  [{ kind: 'throttle', perSecond: 1, burst: 1 }, 'answered 200'],
  [{ kind: 'delay', ms: 20 }, 'answered 200'],
  [{ kind: 'delay', ms: 20, when: 'after' }, 'answered 200'],
  [{ kind: 'slow', bytesPerSecond: 20_000 }, 'answered 200'],
  [{ kind: 'reset', when: 'before' }, 'cut'],
  [{ kind: 'reset', when: 'after' }, 'cut'],
  [{ kind: 'cut' }, 'cut'],
] as const)('%j: %s', async (fault, seen) => {
  cluster.faults.add({ fault, times: 1 })
  const answer = await send(cluster, 'GET', configMaps).catch(() => undefined)
  expect(answer === undefined ? 'cut' : `answered ${answer.status}`).toBe(seen)
})

it('hits by chance, the same for the same seed', async () => {
  cluster.faults.add({ fault: { kind: 'reset', when: 'after' }, probability: 0.1, seed: 7 })
  const reached = async () => {
    const seen: boolean[] = []
    for (let count = 0; count < 30; count++)
      seen.push(
        await send(cluster, 'GET', configMaps).then(
          () => true,
          () => false,
        ),
      )
    return seen
  }
  expect(new Set(await reached())).toEqual(new Set([true, false]))
})

it('reads the past', async () => {
  await cluster.apply(configMap('old'))
  const stale = cluster.faults.add({
    match: { resource: 'configmaps', namespace: 'default' },
    fault: { kind: 'stale' },
  })
  await cluster.apply(configMap('new'))
  const cached = await send(cluster, 'GET', `${configMaps}?resourceVersion=0`) // as informers of client-go begin
  expect(cached.text).toContain('old')
  expect(cached.text).not.toContain('new')
  stale.remove() // or { kind: 'stale', versions: 5 }: always five versions late; reads: 'all': consistent reads too
  expect((await send(cluster, 'GET', `${configMaps}?resourceVersion=0`)).text).toContain('new')
})

it('reaches open watches', async () => {
  const match = { resource: 'configmaps', namespace: 'default', user: 'admin' }
  cluster.faults.add({ match: { ...match, verb: 'watch' }, fault: { kind: 'lag', ms: 2_000 } }) // those to come
  cluster.faults.lagWatches(2_000, match) // those that are open
  cluster.faults.stallWatches(match)
  cluster.faults.stallWatches(match, false)
  cluster.faults.failWatches({ code: 410 }, match)
  cluster.faults.cutWatches(match)
  cluster.faults.sendToWatches('garbage', match)
  cluster.faults.endWatches(match)
  cluster.faults.dropWatches(match)
  cluster.faults.compactHistory() // lists and watches from before are answered 410
  expect((await send(cluster, 'GET', configMaps)).status).toBe(200)
})

it('reaches connections', async () => {
  cluster.faults.partition()
  await expect(send(cluster, 'GET', configMaps)).rejects.toThrow()
  cluster.faults.partition(false)
  await cluster.faults.refuseConnections()
  await expect(send(cluster, 'GET', configMaps)).rejects.toThrow('ECONNREFUSED')
  await cluster.faults.refuseConnections(false)
  cluster.faults.breakHandshakes('unknown authority') // or 'cut'
  await expect(send(cluster, 'GET', configMaps)).rejects.toThrow('certificate')
  cluster.faults.clear()
  expect((await send(cluster, 'GET', configMaps)).status).toBe(200)
})

it('rotates certificates', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-'))
  const file = join(folder, 'kubeconfig')
  cluster.writeKubeconfig(file, { user: 'controller' }) // written anew when certificates rotate
  const before = await readFile(file, 'utf8')
  const known = cluster.kubeconfig()
  cluster.faults.rotateCertificates({ serving: 'certificate', clients: 'authority', keepOld: true })
  expect((await send(known, 'GET', configMaps)).status).toBe(200)
  cluster.faults.rotateCertificates() // a new authority for the server, and one for clients
  await expect(send(known, 'GET', configMaps)).rejects.toThrow('certificate')
  expect((await send(cluster, 'GET', configMaps)).status).toBe(200)
  expect(await readFile(file, 'utf8')).not.toBe(before)
  await rm(folder, { recursive: true })
})

it('moves the time', async () => {
  const clock = manualClock({ start: Date.UTC(2026, 0, 1), seed: 7 })
  const timed = await startCluster({ clock })
  await timed.wait(() => timed.get({ apiVersion: 'v1', kind: 'ServiceAccount' }, { name: 'default' }))
  const token = timed.serviceAccountToken({ namespace: 'default', name: 'default', expirationSeconds: 600 })
  clock.advance(599_000) // durations too: watches end, bookmarks and delays come
  expect((await send(timed, 'GET', '/version', undefined, token)).status).toBe(200)
  timed.faults.jumpClock(10_000) // this cluster's wall clock alone; `clock.jump(ms)`: that of all who share the clock
  expect((await send(timed, 'GET', '/version', undefined, token)).status).toBe(401)
  timed.faults.jumpClock(-10_000)
  expect((await send(timed, 'GET', '/version', undefined, token)).status).toBe(200)
  await timed.stop()
})

it('makes faults before a cluster of any provider', async () => {
  const behind = await startTestCluster()
  const proxy = await startFaultProxy(behind) // a Cluster with a url, kubeconfigs, faults and a journal of its own
  proxy.faults.add({ match: { verb: 'list' }, fault: { kind: 'status', code: 503 }, times: 1 })
  expect((await send(proxy, 'GET', configMaps)).status).toBe(503)
  expect((await send(proxy, 'GET', configMaps)).status).toBe(200)
  await proxy.stop()
  await behind.stop()
})
