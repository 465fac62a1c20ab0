import { connect as connectHttp2, constants } from 'node:http2'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'
const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' }
const bodyOf = (name: string): string => `{"metadata":{"name":"${name}"}}`

let cluster: InMemoryCluster
let client: TestClient
const sockets: TLSSocket[] = []

beforeEach(async () => {
  cluster = await startCluster({ controllers: false })
  client = testClient(cluster)
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await client.close()
  await cluster.stop()
})

/** A connection that keeps what it has heard. */
const opened = async (): Promise<{ socket: TLSSocket; heard: () => string; ended: Promise<void> }> => {
  const { ca, cert, key } = cluster.credentials()
  const port = Number(new URL(cluster.url).port)
  const socket = connect({ host: '127.0.0.1', port, ca, cert, key, ALPNProtocols: ['http/1.1'] })
  sockets.push(socket)
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  socket.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await new Promise((resolve) => socket.on('secureConnect', resolve))
  return { socket, heard: () => text, ended }
}

const posted = (name: string, headers = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}Content-Length: ${bodyOf(name).length}\r\n\r\n`

const stillAnswers = async (): Promise<void> => expect((await client.get('/readyz')).status).toBe(200)
const names = (): (string | undefined)[] => cluster.list(configMaps).map(({ metadata }) => metadata.name)

describe('HTTP/1', () => {
  it('requests that are sent before the answers to others are answered in their order', async () => {
    const { socket, heard } = await opened()
    const get = (name: string): string => `GET ${path}/${name} HTTP/1.1\r\nHost: x\r\n\r\n`
    socket.write(posted('a') + bodyOf('a') + get('a') + get('none') + get('a'))
    await expect.poll(() => heard().match(/HTTP\/1\.1 \d+/g)).toHaveLength(4)
    expect(heard().match(/HTTP\/1\.1 \d+/g)).toEqual([201, 200, 404, 200].map((code) => `HTTP/1.1 ${code}`))
  })

  it('HTTP/1.0 is answered, and the connection closed', async () => {
    const { socket, heard, ended } = await opened()
    socket.write('GET /readyz HTTP/1.0\r\n\r\n')
    await ended
    expect(heard()).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('who asks first whether to send a body is told to go on', async () => {
    const { socket, heard } = await opened()
    socket.write(posted('a', 'Expect: 100-continue\r\n'))
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    socket.write(bodyOf('a'))
    await expect.poll(heard).toMatch(/HTTP\/1\.1 201 /)
  })

  it('what else a client expects is refused', async () => {
    const { socket, heard } = await opened()
    socket.write(posted('a', 'Expect: the unexpected\r\n') + bodyOf('a'))
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 417 /)
    expect(names()).toEqual([])
  })

  it('a body in chunks, with trailers, is read', async () => {
    const { socket, heard } = await opened()
    const [first, second] = [bodyOf('a').slice(0, 7), bodyOf('a').slice(7)]
    const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(first)}${chunk(second)}0\r\nX-Sum: 1\r\n\r\n`,
    )
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 201 /)
  })

  it('a length and chunks at once are refused: two servers would read two requests', async () => {
    const { socket, heard } = await opened()
    socket.write(posted('a', 'Transfer-Encoding: chunked\r\n') + bodyOf('a'))
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 400 /)
    expect(names()).toEqual([])
  })

  it('a body that is packed is not unpacked, as on the real server', async () => {
    const packed = gzipSync(bodyOf('a'))
    const { socket, heard } = await opened()
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`,
    )
    socket.write(packed)
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 400 [^]*"kind":"Status"/)
  })

  it('a query of 200 KB is read, headers of more than 1 MiB are refused', async () => {
    const long = `app in (${'x'.repeat(60)}${`,${'y'.repeat(60)}`.repeat(3_000)})`
    expect((await client.get(`${path}?labelSelector=${encodeURIComponent(long)}`)).status).toBe(200)
    const { socket, heard } = await opened()
    socket.write(`GET ${path}?a=${'x'.repeat(1_100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 431 /)
    await stillAnswers()
  })

  it('two hundred clients that never finish their headers hold nobody else up', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, opened))
    for (const { socket } of slow) socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Slow: `)
    await stillAnswers()
    for (const { socket } of slow) socket.write('y')
    expect((await client.post(path, bodyOf('a'))).status).toBe(201)
  })

  it('an upload that is broken off in the middle writes nothing', async () => {
    for (let time = 0; time < 50; time++) {
      const { socket, ended } = await opened()
      socket.write(posted('a') + bodyOf('a').slice(0, 5))
      socket.destroy()
      await ended
    }
    await stillAnswers()
    expect(names()).toEqual([])
  })
})

it('a client that leaves while its request is held up leaves nothing behind', async () => {
  const clock = manualClock()
  const held = await startCluster({ controllers: false, clock })
  const { ca, cert, key } = held.credentials()
  try {
    held.faults.add({ match: { verb: 'create' }, fault: { kind: 'delay', ms: 1_000 } })
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(held.url).port), ca, cert, key })
    sockets.push(socket)
    await new Promise((resolve) => socket.on('secureConnect', resolve))
    socket.write(posted('a') + bodyOf('a').slice(0, 5))
    await expect.poll(() => clock.pending).toBeGreaterThan(0)
    const ended = new Promise((resolve) => socket.on('close', resolve))
    socket.destroy()
    await ended
    await expect.poll(() => held.requests.all({ verb: 'create' }).length).toBe(1)
    clock.advance(1_000)
    expect(held.list(configMaps)).toEqual([])
    // the record of a request whose client is gone has no status
    expect(held.requests.all({ verb: 'create' }).map(({ status }) => status)).toEqual([0])
  } finally {
    await held.stop()
  }
})

describe('HTTP/2', () => {
  it('streams that are reset as soon as they are opened bring nobody down', async () => {
    const { ca, cert, key } = cluster.credentials()
    const session = connectHttp2(cluster.url, { ca, cert, key })
    session.on('error', () => undefined)
    const closed = new Promise<void>((resolve) => session.on('close', () => resolve()))
    for (let count = 0; count < 5_000 && !session.destroyed; count++) {
      const stream = session.request({ ':path': `${path}?watch=true` })
      stream.on('error', () => undefined)
      stream.close(constants.NGHTTP2_CANCEL)
      if (count % 500 === 0) await stillAnswers()
    }
    await stillAnswers()
    session.destroy()
    await closed
    await expect.poll(() => cluster.faults.dropWatches()).toBe(0)
  })
})
