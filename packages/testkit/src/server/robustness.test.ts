import { request as httpsRequest } from 'node:https'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'

let cluster: InMemoryCluster
let client: TestClient

beforeEach(async () => {
  cluster = await startCluster({ controllers: false })
  client = testClient(cluster)
})
afterEach(async () => {
  await client.close()
  await cluster.stop()
})

const socketTo = (): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const { ca, cert, key } = cluster.credentials()
    const socket = connect(
      {
        host: '127.0.0.1',
        port: Number(new URL(cluster.url).port),
        ca,
        cert,
        key,
        ALPNProtocols: ['http/1.1'],
      },
      () => resolve(socket),
    )
    socket.on('error', reject)
  })

const closed = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve) => socket.on('close', () => resolve()))

const stillAnswers = async (): Promise<void> => expect((await client.get('/readyz')).status).toBe(200)

describe('bodies', () => {
  it('of more than 3 MiB are refused', async () => {
    const { ca, cert, key } = cluster.credentials()
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = httpsRequest(
        `${cluster.url}${path}`,
        { method: 'POST', ca, cert, key, headers: { 'content-type': 'application/json' } },
        (response) => {
          let text = ''
          response.on('data', (chunk: Buffer) => (text += chunk.toString()))
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
          response.on('error', reject)
        },
      )
      sent.on('error', reject)
      // chunked: its length is not known before
      for (let count = 0; count < 50; count++) sent.write(Buffer.alloc(65_536, 32))
      sent.end()
    })
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.text)).toMatchObject({
      kind: 'Status',
      reason: 'RequestEntityTooLarge',
      code: 413,
    })
    await stillAnswers()
  })

  it('of just under that are taken', async () => {
    const data = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`k${at}`, 'x'.repeat(100_000)]))
    expect((await client.post(path, { metadata: { name: 'large' }, data })).status).toBe(201)
  })

  it.each([
    ['cut JSON', '{"metadata":{"name":"a"'],
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '1'],
    ['metadata that is a text', '{"metadata":"x"}'],
    ['finalizers that are a text', '{"metadata":{"name":"a","finalizers":"x"}}'],
    ['owner references of numbers', '{"metadata":{"name":"a","ownerReferences":[1]}}'],
    [
      'an object named __proto__ where texts are expected',
      '{"metadata":{"name":"a"},"data":{"__proto__":{"x":1}}}',
    ],
    ['the same in escapes', String.raw`{"metadata":{"name":"a"},"data":{"\u005f_proto__":{"x":1}}}`],
  ])('with %s are answered 4xx', async (_name, body) => {
    const { status, body: answer } = await client.post(path, body)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(answer).toMatchObject({ kind: 'Status', status: 'Failure', code: status })
  })

  it.each([
    ['an unknown field in another script', '{"metadata":{"name":"a"},"sn☃w":1}'],
    ['an unknown field with control characters', String.raw`{"metadata":{"name":"a"},"a\n\u007f":1}`],
    [
      'more unknown fields than headers hold',
      JSON.stringify({
        metadata: { name: 'a' },
        ...Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`unknown${at}`, 1])),
      }),
    ],
  ])('with %s are answered', async (_name, body) => {
    expect((await client.post(path, body)).status).toBe(201)
  })

  it.each(['constructor', 'toString', '__proto__'])('of the type %s are answered 415', async (type) => {
    const { status } = await client.post(path, '{"metadata":{"name":"a"}}', { 'content-type': type })
    expect(status).toBe(415)
  })

  it('that never end hold nobody else up, and nothing is written when the client goes', async () => {
    const socket = await socketTo()
    const gone = closed(socket)
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"metadata":`,
    )
    await stillAnswers()
    socket.destroy()
    await gone
    await stillAnswers()
    expect(cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' })).toEqual([])
  })
})

describe('requests', () => {
  it.each([
    ['an odd escape', '/api/v1/namespaces/%zz/configmaps'],
    ['two slashes', '//api/v1/pods'],
    ['dots', '/api/v1/../../etc'],
    ['a name with a slash in it', '/api/v1/namespaces/default/configmaps/a%2Fb'],
    ['a very long name', `/api/v1/namespaces/default/configmaps/${'a'.repeat(4_000)}`],
    ['a strange query', `${path}?limit=-1&continue=%00&labelSelector=%28`],
    ['a prototype for a group', '/apis/__proto__/v1/constructor'],
  ])('with %s are answered, not with a 500', async (_name, url) => {
    const { status } = await client.get(url)
    expect(status).toBeLessThan(500)
    await stillAnswers()
  })

  it('that are no HTTP are cut off', async () => {
    const socket = await socketTo()
    const gone = closed(socket)
    socket.on('error', () => undefined)
    socket.write('hello world\r\n\r\n')
    socket.resume()
    await gone
    await stillAnswers()
  })

  it('of unknown methods are answered 405 or 404', async () => {
    const socket = await socketTo()
    const answered = new Promise<string>((resolve) =>
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    )
    socket.write(`OPTIONS ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    expect(await answered).toMatch(/^HTTP\/1\.1 40[345] /)
    socket.destroy()
  })

  it('without TLS leave no trace', async () => {
    const { connect: connectPlain } = await import('node:net')
    const socket = connectPlain(Number(new URL(cluster.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    socket.resume()
    await new Promise((resolve) => socket.on('close', resolve))
    await stillAnswers()
  })
})

describe('half-open connections', () => {
  it('do not keep the server from stopping', async () => {
    const other = await startCluster({ controllers: false })
    const { connect: connectPlain } = await import('node:net')
    const port = Number(new URL(other.url).port)
    // one that never begins its handshake, one that never sends its request
    const silent = connectPlain(port, '127.0.0.1')
    silent.on('error', () => undefined)
    silent.resume()
    await new Promise((resolve) => silent.on('connect', resolve))
    const { ca, cert, key } = other.credentials()
    const idle = connect({ host: '127.0.0.1', port, ca, cert, key })
    idle.on('error', () => undefined)
    idle.resume()
    await new Promise((resolve) => idle.on('secureConnect', resolve))
    const ends = Promise.all(
      [silent, idle].map((socket) => new Promise((resolve) => socket.on('close', resolve))),
    )
    await other.stop()
    await ends
  })
})

describe('answers', () => {
  it('to a client that reads nothing end in a cut, not in a full memory', async () => {
    const socket = await socketTo()
    socket.pause()
    socket.write(`GET ${path}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`)
    await expect.poll(() => cluster.requests.all({ verb: 'watch' }).length).toBe(1)
    const data = { x: 'y'.repeat(900_000) }
    for (let count = 0; count < 120; count++)
      await cluster.apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'big' },
        data: { ...data, n: String(count) },
      })
    expect(cluster.faults.dropWatches()).toBe(0)
    socket.destroy()
  })
})
