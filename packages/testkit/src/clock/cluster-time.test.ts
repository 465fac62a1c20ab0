import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { newSigningRequest } from '../simulators/ocm-spoke/registration/signing-request.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import { manualClock } from './manual-clock.ts'
import type { ManualClock } from './manual-clock.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const configMaps = '/api/v1/namespaces/default/configmaps'
const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

let clock: ManualClock
let cluster: InMemoryCluster
let client: TestClient
beforeEach(async () => {
  clock = manualClock()
  cluster = await startCluster({ clock })
  client = testClient(cluster)
  await cluster.wait(() => cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount' }, { name: 'default' }))
})
afterEach(async () => {
  await client.close()
  await cluster.stop()
})

/** The three ways in which time comes to be another. */
const ways: readonly [string, (ms: number) => void][] = [
  ['advanced', (ms) => clock.advance(ms)],
  ['a jump of the clock', (ms) => clock.jump(ms)],
  ['a jump of the cluster', (ms) => cluster.faults.jumpClock(ms)],
]

describe.each(ways)('time by %s', (way, move) => {
  const isJump = way !== 'advanced'

  it('ends tokens and client certificates when their time is over', async () => {
    const token = cluster.serviceAccountToken({
      namespace: 'default',
      name: 'default',
      expirationSeconds: 3_600,
    })
    const account = testClient(cluster, { token })
    const status = async (of: TestClient): Promise<number> => (await of.get('/version')).status
    expect([await status(account), await status(client)]).toEqual([200, 200])
    move(hourMs)
    expect([await status(account), await status(client)]).toEqual([401, 200])
    // they are for a year
    move(365 * dayMs)
    expect(await status(client)).toBe(401)
    const renewed = testClient(cluster)
    expect(await status(renewed)).toBe(200)
    await Promise.all([account, renewed].map((one) => one.close()))
  })

  it('shows in new objects and in the ages of old ones', async () => {
    await client.post(configMaps, { metadata: { name: 'old' } })
    move(3 * dayMs)
    const { body } = await client.post(configMaps, { metadata: { name: 'new' } })
    expect(body.metadata.creationTimestamp).toBe('2026-01-04T00:00:00Z')
    const table = await client.get(configMaps, { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' })
    const rows = table.body.rows as { cells: unknown[]; object: { metadata: { name: string } } }[]
    expect(rows.find(({ object }) => object.metadata.name === 'old')?.cells.at(-1)).toBe('3d')
  })

  it('ends watches and sends bookmarks when it is a duration', async () => {
    const watch = await client.watch(
      `${configMaps}?timeoutSeconds=300&allowWatchBookmarks=true&resourceVersion=1`,
    )
    const events = watch.events.length
    move(2 * minuteMs)
    await client.get('/version')
    const bookmarks = (): number =>
      watch.events.slice(events).filter(({ type }) => type === 'BOOKMARK').length
    if (isJump) expect(bookmarks()).toBe(0)
    else await expect.poll(bookmarks).toBe(2)
    move(10 * minuteMs)
    if (isJump) {
      await client.post(configMaps, { metadata: { name: 'a' } })
      await expect.poll(() => watch.events.at(-1)?.type).toBe('ADDED')
      clock.advance(300_000)
    }
    expect(await watch.ended).toBe(true)
  })

  it('lets decided requests for certificates go after an hour, at the next look', async () => {
    const made = await client.post(requests, {
      metadata: { name: 'decided' },
      spec: {
        request: Buffer.from(newSigningRequest({ commonName: 'a', organizations: [] }, []).request).toString(
          'base64',
        ),
        signerName: 'example.com/nobody',
        usages: ['client auth'],
      },
    })
    expect(made.status).toBe(201)
    const conditions = [{ type: 'Denied', status: 'True', reason: 'No', message: '' }]
    await client.put(`${requests}/decided/approval`, { ...made.body, status: { conditions } })
    move(2 * hourMs)
    const isThere = (): boolean =>
      cluster.get(
        { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' },
        { name: 'decided' },
      ) !== undefined
    if (isJump) {
      expect(isThere()).toBe(true)
      clock.advance(hourMs)
    }
    expect(isThere()).toBe(false)
  })

  it('leaves leases as their holders wrote them', async () => {
    const lease = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l'
    const renewTime = '2026-01-01T00:00:00.000000Z'
    await client.put(lease, {
      metadata: { name: 'l' },
      spec: { renewTime, leaseDurationSeconds: 15, holderIdentity: 'a' },
    })
    move(hourMs)
    expect((await client.get(lease)).body.spec).toEqual({
      renewTime,
      leaseDurationSeconds: 15,
      holderIdentity: 'a',
    })
  })
})

describe('a jump back', () => {
  it('makes what had expired hold again, and what is new not valid yet', async () => {
    const token = cluster.serviceAccountToken({
      namespace: 'default',
      name: 'default',
      expirationSeconds: 600,
    })
    const account = testClient(cluster, { token })
    const status = async (of: TestClient): Promise<number> => (await of.get('/version')).status
    cluster.faults.jumpClock(hourMs)
    expect(await status(account)).toBe(401)
    cluster.faults.jumpClock(-hourMs)
    expect(await status(account)).toBe(200)
    // certificates are backdated by an hour, for clocks that differ
    cluster.faults.jumpClock(-dayMs)
    expect(await status(client)).toBe(401)
    cluster.faults.clear()
    expect(await status(client)).toBe(200)
    await account.close()
  })

  it('stops no timer, and fires none', () => {
    let fired = 0
    clock.after(1_000, () => fired++)
    clock.jump(-dayMs)
    clock.jump(2 * dayMs)
    expect([fired, clock.monotonic(), clock.now()]).toEqual([0, 0, Date.UTC(2026, 0, 2)])
    clock.advance(1_000)
    expect([fired, clock.monotonic()]).toEqual([1, 1_000])
  })

  it('is of one cluster alone', async () => {
    const other = await startCluster({ clock })
    cluster.faults.jumpClock(dayMs)
    await Promise.all(
      [cluster, other].map((one) =>
        one.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }),
      ),
    )
    const made = [cluster, other].map(
      (one) => one.get({ apiVersion: 'v1', kind: 'Namespace' }, { name: 'n' })?.metadata.creationTimestamp,
    )
    expect(made).toEqual(['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'])
    await other.stop()
  })
})
