import { request } from 'node:https'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ManualClock } from '../clock/manual-clock.ts'
import type { InMemoryCluster } from '../cluster.ts'
import { testAnswerFaults } from '../faults/answer-faults.case.ts'
import { testReadFaults } from '../faults/read-faults.case.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import { testFaults } from './faults.case.ts'
import type { Faulty } from './faults.case.ts'
import { startFaultProxy } from './start-fault-proxy.ts'
import type { FaultProxy } from './start-fault-proxy.ts'

const path = '/api/v1/namespaces/default/configmaps'

describe('faults of a proxy', () => {
  const start = async (clock?: ManualClock): Promise<Faulty> => {
    const cluster = await startCluster({ controllers: false })
    const proxy = await startFaultProxy(cluster, { clock })
    const stop = async (): Promise<void> => {
      await proxy.stop()
      // whoever asked through the proxy is gone
      await expect.poll(() => cluster.faults.stallWatches()).toBe(0)
      await cluster.stop()
    }
    return { ...proxy, stop }
  }
  testFaults(() => start())
  testAnswerFaults(start)
  testReadFaults(start)
})

describe('a proxy', () => {
  let cluster: InMemoryCluster
  let proxy: FaultProxy
  beforeEach(async () => {
    cluster = await startCluster()
    proxy = await startFaultProxy(cluster)
  })
  afterEach(async () => {
    await proxy.stop()
    await cluster.stop()
  })

  it('ends with its block, and the cluster goes on', async () => {
    let url: string
    {
      await using second = await startFaultProxy(cluster)
      url = second.url
      await testClient(second).get('/version')
    }
    await expect(testClient({ ...proxy, url }).get('/version')).rejects.toThrow('ECONNREFUSED')
    expect(cluster.list({ apiVersion: 'v1', kind: 'Namespace' })).not.toEqual([])
  })

  it('lets nobody wait for a request when its cluster is stopped', async () => {
    const waited = expect(proxy.requests.wait({ name: 'b' })).rejects.toThrow(
      'before cluster cluster was stopped',
    )
    await Promise.all([cluster.stop(), waited])
  })

  it.each([false, true])('passes requests and answers on as they are, with HTTP/2: %s', async (http2) => {
    const direct = testClient(cluster, { http2 })
    const client = testClient(proxy, { http2 })
    const made = await client.post(path, { metadata: { name: 'a' }, data: { text: 'ä€𝄞'.repeat(100_000) } })
    expect(made.status).toBe(201)
    const { status, text, headers } = await direct.get(`${path}/a`)
    expect(await client.get(`${path}/a`)).toMatchObject({ status, text })
    expect(headers['content-type']).toBe((await client.get(`${path}/a`)).headers['content-type'])
    expect((await client.patch(`${path}/a`, { data: { text: 'b' } })).body.data).toEqual({ text: 'b' })
    expect((await client.get(`${path}/none`)).body).toEqual((await direct.get(`${path}/none`)).body)
    expect((await client.delete(`${path}/a`)).status).toBe(200)
    await Promise.all([direct.close(), client.close()])
  })

  it('asks in the name of whoever asks: certificate, token, impersonation', async () => {
    const bob = testClient(proxy, { identity: { user: 'bob', groups: ['staff'] } })
    await cluster.wait(() => cluster.get({ apiVersion: 'v1', kind: 'ServiceAccount' }, { name: 'default' }))
    const token = cluster.serviceAccountToken({ namespace: 'default', name: 'default' })
    const account = testClient(proxy, { token })
    const admin = testClient(proxy)
    const whoami = async (client: typeof bob, headers?: Record<string, string>): Promise<unknown> => {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
      const { body } = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review, headers)
      return body.status.userInfo
    }
    expect(await whoami(bob)).toMatchObject({ username: 'bob', groups: ['staff', 'system:authenticated'] })
    expect(await whoami(account)).toMatchObject({ username: 'system:serviceaccount:default:default' })
    expect(await whoami(admin)).toMatchObject({
      username: 'admin',
      groups: ['system:masters', 'system:authenticated'],
    })
    expect(await whoami(admin, { 'impersonate-user': 'eve' })).toMatchObject({ username: 'eve' })
    expect(proxy.requests.all().map(({ user }) => user)).toEqual([
      'bob',
      'system:serviceaccount:default:default',
      'admin',
      'eve',
    ])
    await Promise.all([bob, account, admin].map((client) => client.close()))
  })

  it('answers 401 to whoever has neither, and lets the cluster judge tokens', async () => {
    const anonymous = testClient(proxy, { anonymous: true })
    const stale = testClient(proxy, { token: 'stale' })
    // a certificate of the cluster behind is one the proxy has no key for
    const { cert, key } = cluster.credentials()
    const theirs = testClient({ url: proxy.url, credentials: () => ({ ca: proxy.ca, cert, key }) })
    for (const client of [anonymous, stale, theirs]) {
      expect((await client.get(path)).body).toMatchObject({ kind: 'Status', code: 401 })
      await client.close()
    }
  })

  it('keeps a journal of its own', async () => {
    const client = testClient(proxy)
    await client.get(path)
    proxy.faults.add({ fault: { kind: 'status', code: 503 }, times: 1 })
    await client.get(`${path}/a`)
    expect(proxy.requests.counts()).toEqual({ 'get configmaps': 1, 'list configmaps': 1 })
    expect(proxy.requests.all()[0]).toMatchObject({ user: 'admin', userAgent: 'test', status: 200 })
    expect(cluster.requests.counts()).toEqual({ 'list configmaps': 1 })
    await client.close()
  })

  it('cuts off who asks while the cluster behind is away, and goes on when it is back', async () => {
    const client = testClient(proxy)
    await client.get(path)
    const watch = await client.watch(path)
    await cluster.faults.refuseConnections()
    expect(await watch.ended).toBe(false)
    await expect(client.get(path)).rejects.toThrow()
    await cluster.faults.refuseConnections(false)
    expect((await client.get(path)).status).toBe(200)
    await client.close()
  })

  it('goes on when a rule needed to know what the cluster behind, which was away, could not tell', async () => {
    const client = testClient(proxy)
    cluster.faults.partition()
    const stale = proxy.faults.add({
      match: { resource: 'configmaps' },
      fault: { kind: 'stale', reads: 'all' },
    })
    await expect(client.get(path)).rejects.toThrow()
    cluster.faults.partition(false)
    expect((await client.get('/api/v1/secrets')).status).toBe(200)
    await expect(client.get(path)).rejects.toThrow()
    stale.remove()
    expect((await client.get(path)).status).toBe(200)
    await client.close()
  })

  it('holds back what open watches are told before it is known where the past ends', async () => {
    const clock = manualClock()
    const behind = await startCluster({ controllers: false, clock })
    const before = await startFaultProxy(behind)
    const client = testClient(before)
    const other = testClient(before, { identity: { user: 'other', groups: ['system:masters'] } })
    const { body } = await client.get(path)
    const from = `${path}?resourceVersion=${body.metadata.resourceVersion}`
    const [watch, present] = [await client.watch(from), await other.watch(from)]
    // the proxy asks for the version of now, and is told late
    const pending = clock.pending
    behind.faults.add({ match: { resource: 'namespaces' }, fault: { kind: 'delay', ms: 100 } })
    const stale = before.faults.add({ match: { user: 'admin' }, fault: { kind: 'stale' } })
    await expect.poll(() => clock.pending).toBe(pending + 1)
    const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
    await behind.apply(configMap('a'))
    clock.advance(100)
    await behind.requests.wait({ resource: 'namespaces' })
    await behind.apply(configMap('b'))
    await Promise.all([watch.until(1), present.until(2)])
    expect(watch.events.map(({ object }) => object.metadata.name)).toEqual(['a'])
    stale.remove()
    expect((await watch.until(2)).map(({ object }) => object.metadata.name)).toEqual(['a', 'b'])
    await Promise.all([client.close(), other.close()])
    await before.stop()
    await behind.stop()
  })

  it('goes on when the cluster behind has new certificates', async () => {
    const client = testClient(proxy)
    expect((await client.get(path)).status).toBe(200)
    cluster.faults.rotateCertificates()
    await expect.poll(async () => (await client.get(path).catch(() => ({ status: 0 }))).status).toBe(200)
    await client.close()
  })

  it('says what it cannot do', async () => {
    const client = testClient(proxy)
    const old = await client.get(`${path}?limit=1`)
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })
    proxy.faults.compactHistory()
    const { body } = await client.get(
      `${path}?watch=true&resourceVersion=${old.body.metadata.resourceVersion}&timeoutSeconds=1`,
    )
    expect(body).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    await client.close()
    const remote = await startFaultProxy({ ...cluster, provider: 'control-plane' })
    expect(() => remote.faults.compactHistory()).toThrow('cluster: a proxy cannot take away history')
    await remote.stop()
  })

  it('asks the cluster behind nothing for a client that left during a delay', async () => {
    let connections = 0
    const behind = createServer((socket) => {
      connections += 1
      socket.on('error', () => undefined).destroy()
    })
    await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve))
    const clock = manualClock()
    const url = `https://127.0.0.1:${(behind.address() as AddressInfo).port}`
    const slow = await startFaultProxy({ ...cluster, url }, { clock })
    slow.faults.add({ fault: { kind: 'delay', ms: 100 }, times: 1 })
    const { ca, cert, key } = slow.credentials()
    const leaving = request(slow.url + path, { method: 'POST', agent: false, ca, cert, key })
    leaving.on('error', () => undefined).write('{')
    await expect.poll(() => clock.pending).toBe(1)
    leaving.destroy()
    await expect.poll(() => slow.requests.counts()).toEqual({ 'create configmaps': 1 })
    // nothing waits for what nobody will read
    expect(clock.pending).toBe(0)
    clock.advance(100)
    const client = testClient(slow)
    await expect(client.get(path)).rejects.toThrow()
    expect(connections).toBe(1)
    await client.close()
    await slow.stop()
    await new Promise((resolve) => behind.close(resolve))
  })

  it('can stop at any time', async () => {
    for (const pause of [0, 1, 5, 20]) {
      const other = await startFaultProxy(cluster)
      const client = testClient(other)
      const calls = Promise.allSettled([1, 2, 3].map(() => client.get(path)))
      const watch = client.watch(path).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, pause))
      await other.stop()
      await Promise.all([calls, watch])
      await client.close()
    }
    expect((await testClient(proxy).get(path)).status).toBe(200)
  })
})
