import { once } from 'node:events'
import { Agent } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '@odfmo/controller-kit'
import { post, runServer, textOf, type RunningServer } from '../../test/serving.ts'
import { BadRequestError } from './bad-request-error.ts'
import type { WebhookServerOptions } from './webhook-server.ts'

const endpoints = {
  '/echo': (body: Uint8Array) => JSON.stringify({ length: body.length }),
  '/broken': () => {
    throw new TypeError('a defect')
  },
  '/refuses': () => {
    throw new BadRequestError(400, 'this is not what was expected')
  },
}

let running: RunningServer | undefined
const start = async (options: Partial<WebhookServerOptions> = {}): Promise<RunningServer> => {
  running = await runServer(endpoints, options)
  return running
}
afterEach(async () => {
  await running?.stop()
  running = undefined
})

const json = { 'content-type': 'application/json' }
const quick = { quietMs: 20, drainMs: 2000 }

describe('a request', () => {
  it('is answered with JSON, whatever its query says', async () => {
    const { post: send, answered } = await start({ limits: quick })
    const answer = await send('/echo?timeout=10s', {
      headers: { 'content-type': 'Application/JSON; charset=utf-8' },
    })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'content-length': '12' },
      body: '{"length":2}',
    })
    expect(answered).toEqual(['/echo 200'])
  })

  it.each([
    ['an unknown path', '/other', {}, 404, 'there is nothing at /other'],
    ['a part of a prototype', '/constructor', {}, 404, 'there is nothing at /constructor'],
    ['GET', '/echo', { method: 'GET', body: '' }, 405, 'GET is not answered here: send a POST'],
    ['HEAD', '/echo', { method: 'HEAD', body: '' }, 405, ''],
    [
      'another content type',
      '/echo',
      { headers: { 'content-type': 'text/xml' } },
      415,
      'the content type is "text/xml"',
    ],
    ['no content type', '/echo', { headers: {} }, 415, 'the content type is ""'],
    [
      'an encoding',
      '/echo',
      { headers: { ...json, 'content-encoding': 'gzip' } },
      415,
      'the content encoding is "gzip"',
    ],
    ['what the endpoint refuses', '/refuses', {}, 400, 'this is not what was expected'],
    ['what the endpoint fails at', '/broken', {}, 500, 'the webhook failed: see its log'],
    [
      'a declared length',
      '/echo',
      { headers: { ...json, 'content-length': '2000' }, body: 'a'.repeat(2000) },
      413,
      'at most 1000 bytes',
    ],
    [
      'an undeclared length',
      '/echo',
      { headers: { ...json, 'transfer-encoding': 'chunked' }, body: 'a'.repeat(2000) },
      413,
      'at most 1000 bytes',
    ],
    ['an expectation of something else', '/echo', { headers: { ...json, expect: 'a-miracle' } }, 417, ''],
    [
      'a long header',
      '/echo',
      { headers: { ...json, a: 'b'.repeat(20_000) } },
      431,
      'the header of the request is too long',
    ],
  ])('is refused in words: %s', async (_what, path, options, status, words) => {
    const { post: send } = await start({ limits: { ...quick, maxBodyBytes: 1000 } })
    const answer = await send(path, options)
    expect(answer.status).toBe(status)
    expect(answer.body).toContain(words)
    expect(answer.headers['allow']).toBe(status === 405 ? 'POST' : undefined)
    expect((await send('/echo')).status).toBe(200)
  })

  it('of 4 MiB is told so before it has been sent', async () => {
    const { open } = await start({ limits: quick })
    const socket = await open()
    const answer = textOf(socket)
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4194304\r\n\r\n{',
    )
    await once(socket, 'data')
    socket.end()
    expect(await answer).toMatch(
      /^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*at most 3145728 bytes are read\n$/i,
    )
  })

  it('that goes on after it was refused is listened to for a while, then cut off', async () => {
    const clock = new ManualClock()
    const { open } = await start({ clock, limits: { ...quick, maxBodyBytes: 10, lingerMs: 500 } })
    const socket = await open()
    const answer = textOf(socket)
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n',
    )
    await once(socket, 'data')
    expect(socket.readyState).toBe('open')
    clock.advance(500)
    expect(await answer).toContain('413')
  })

  it('that waits to be let on is let on, unless it is refused', async () => {
    const { post: send } = await start({ limits: { ...quick, maxBodyBytes: 1000 } })
    const expecting = (length: number) => ({
      headers: { ...json, expect: '100-continue', 'content-length': String(length) },
      body: ' '.repeat(length),
    })
    expect(await send('/echo', expecting(1000))).toMatchObject({ status: 200, body: '{"length":1000}' })
    expect(await send('/echo', expecting(1001))).toMatchObject({ status: 413 })
  })

  it('of HTTP/1.0, in chunks, or several in a row is answered', async () => {
    const { open } = await start({ limits: quick })
    const socket = await open()
    const answers = textOf(socket)
    const head = 'Host: a\r\nContent-Type: application/json\r\n'
    socket.write(
      `POST /echo HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n`,
    )
    socket.write(`POST /echo HTTP/1.1\r\n${head}Content-Length: 1\r\n\r\na`)
    socket.write(`POST /echo HTTP/1.0\r\n${head}Content-Length: 2\r\n\r\nab`)
    expect((await answers).match(/\{"length":\d\}/g)).toEqual([
      '{"length":3}',
      '{"length":1}',
      '{"length":2}',
    ])
  })

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'this is no request of HTTP'],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'this is no proxy'],
    ['no host', 'POST /echo HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', 400, 'which host'],
    [
      'two lengths',
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'this is no request of HTTP',
    ],
    [
      'a chunk of no length',
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
      400,
      'this is no request of HTTP',
    ],
  ])('that is none is refused: %s', async (_what, text, status, words) => {
    const { open } = await start({ limits: quick })
    const socket = await open()
    const answer = textOf(socket)
    socket.write(text)
    expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*${words}`))
  })

  it('of which half the body comes is refused', async () => {
    const { open, answered } = await start({ limits: quick })
    const socket = await open()
    const answer = textOf(socket)
    socket.end(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a"',
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*this is no request of HTTP/)
    await expect.poll(() => answered).toEqual(['/echo 400'])
  })

  it('whose client goes away is forgotten', async () => {
    const { open, answered, begun, post: send } = await start({ limits: quick })
    const socket = await open()
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a"',
    )
    await expect.poll(() => begun).toEqual(['/echo'])
    socket.destroy()
    // Whether it has gone altogether, or may still listen, is not known at once.
    await expect.poll(() => answered).toEqual([expect.stringMatching(/^\/echo (?:0|400)$/)])
    expect((await send('/echo')).status).toBe(200)
  })

  it.each([
    ['its header', 'POST /echo HTTP/1.1\r\nHost: a\r\n'],
    [
      'its body',
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a"',
    ],
  ])('that takes too long for %s is refused', async (_what, text) => {
    const { open } = await start({ limits: { ...quick, headersMs: 50, requestMs: 50, checkMs: 10 } })
    const socket = await open()
    const answer = textOf(socket)
    socket.write(text)
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*did not come to its end in time/)
  })

  it('on a connection opened long before is answered, and one that never comes ends it as quiet', async () => {
    const limits = { ...quick, headersMs: 50, requestMs: 50, checkMs: 10 }
    const opened = async (keepAliveMs: number) => {
      await running?.stop()
      const { open } = await start({ limits: { ...limits, keepAliveMs } })
      const [first, slow] = [await open(), await open()]
      const [text, refusal] = [textOf(first), textOf(slow)]
      // Its end shows that the other one, which is older, was looked at.
      slow.write('POST')
      expect(await refusal).toMatch(/^HTTP\/1\.1 408 /)
      return { socket: first, text }
    }
    const early = await opened(60_000)
    early.socket.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    )
    expect(await early.text).toMatch(/^HTTP\/1\.1 200 /)
    const never = await opened(400)
    expect(await never.text).toBe('')
  })
})

describe('the connection', () => {
  it('is TLS 1.2 or newer', async () => {
    const { server, authority } = await start({ limits: quick })
    const versions = async (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> => {
      const socket = connect({
        host: '127.0.0.1',
        port: server.port,
        ca: authority.pem,
        servername: 'localhost',
        minVersion: version,
        maxVersion: version,
        ciphers: 'DEFAULT@SECLEVEL=0',
      })
      const connected = await Promise.race([
        once(socket, 'secureConnect').then(() => true),
        once(socket, 'close').then(() => false),
      ]).catch(() => false)
      const protocol = connected ? socket.getProtocol() : 'refused'
      socket.destroy()
      return protocol
    }
    expect(await versions('TLSv1.1')).toBe('refused')
    expect(await versions('TLSv1.2')).toBe('TLSv1.2')
    expect(await versions('TLSv1.3')).toBe('TLSv1.3')
  })

  it.each(['http/1.1', 'http/1.0'])('can be agreed to be for %s', async (protocol) => {
    const { server, authority } = await start({ limits: quick })
    const { port } = server
    const socket = connect({ host: '127.0.0.1', port, ca: authority.pem, ALPNProtocols: [protocol] })
    await once(socket, 'secureConnect')
    expect(socket.alpnProtocol).toBe(protocol)
    socket.destroy()
  })

  it('is kept, and goes on when the certificate changes', async () => {
    const { server, certificates, authority, open } = await start({ limits: quick })
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.pem })
    let connections = 0
    agent.on('free', () => (connections = Object.keys(agent.freeSockets).length))
    const send = () => post({ port: server.port, ca: authority.pem, path: '/echo', agent })
    const serial = async (): Promise<string> => {
      const socket = await open()
      const { serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      return serialNumber
    }
    expect((await send()).status).toBe(200)
    const before = await serial()
    certificates.give(authority.certificate())
    expect((await send()).status).toBe(200)
    expect(await serial()).not.toBe(before)
    expect(connections).toBe(1)
    agent.destroy()
  })

  it('loses no request while certificates change under load', async () => {
    const { server, certificates, authority } = await start({ limits: quick })
    const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: authority.pem })
    const statuses: number[] = []
    for (let round = 0; round < 20; round++) {
      const answers = Array.from({ length: 20 }, (_, i) =>
        // Every other one on a connection of its own.
        post({ port: server.port, ca: authority.pem, path: '/echo', ...(i % 2 === 0 ? { agent } : {}) }),
      )
      certificates.give(authority.certificate())
      for (const { status } of await Promise.all(answers)) statuses.push(status)
    }
    expect(statuses).toHaveLength(400)
    expect(new Set(statuses)).toEqual(new Set([200]))
    agent.destroy()
  })

  it('that was quiet for longest makes room when there are too many', async () => {
    const { open, answered, begun } = await start({ limits: { ...quick, maxConnections: 4 } })
    const head =
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n'
    const [busy, used, unused] = [await open(), await open(), await open()]
    const answers = [textOf(busy), textOf(used)]
    busy.write(`${head}{`)
    used.write(`${head}{}`)
    await expect.poll(() => [begun.length, answered.length]).toEqual([2, 1])
    const closed = once(unused.resume(), 'close')
    const next = await open()
    await closed
    expect(busy.destroyed || used.destroyed).toBe(false)
    const last = textOf(next)
    for (const socket of [next, used]) socket.end(`${head}{}`)
    busy.end('}')
    for (const answer of await Promise.all([...answers, last])) expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answered).toHaveLength(4)
  })

  it('is refused when all that there may be are busy', async () => {
    const { open, begun } = await start({ limits: { ...quick, maxConnections: 2 } })
    const head =
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n'
    const busy: Awaited<ReturnType<typeof open>>[] = []
    for (const count of [1, 2]) {
      const socket = await open()
      socket.write(`${head}{`)
      busy.push(socket)
      await expect.poll(() => begun.length).toBe(count)
    }
    await expect(open()).rejects.toThrow(/ECONNRESET|disconnected/)
    const answers = busy.map(textOf)
    for (const socket of busy) socket.end('}')
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('is made with nothing but authenticated encryption, after a change of certificates too', async () => {
    const { server, authority, certificates } = await start({ limits: quick })
    const offered = {
      port: server.port,
      ca: authority.pem,
      host: '127.0.0.1',
      maxVersion: 'TLSv1.2',
    } as const
    for (const certificate of [undefined, authority.certificate()]) {
      if (certificate !== undefined) certificates.give(certificate)
      const socket = connect({ ...offered, ciphers: 'ECDHE-ECDSA-AES128-SHA256' })
      await expect(once(socket, 'secureConnect')).rejects.toThrow(/handshake failure/)
    }
  })

  it('that shakes no hands is cut off', async () => {
    const { server } = await start({ limits: { ...quick, handshakeMs: 50 } })
    const socket = connectTcp(server.port, '127.0.0.1').resume()
    await once(socket, 'close')
  })
})

describe('the end', () => {
  it('answers what runs, closes its connection, and accepts nothing new', async () => {
    const { server, authority, open, stop, begun } = await start({
      limits: { quietMs: 60_000, drainMs: 120_000 },
    })
    const [busy, idle, wrong] = [await open(), await open(), await open()]
    const answers = [textOf(busy), textOf(idle)]
    const refusal = textOf(wrong)
    const head =
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n'
    busy.write(`${head}{`)
    await expect.poll(() => begun).toEqual(['/echo'])
    const stopped = stop()
    await expect(post({ port: server.port, ca: authority.pem, path: '/echo' })).rejects.toThrow(
      /ECONNREFUSED/,
    )
    busy.write('}')
    // Its request was on its way when the server began to end.
    idle.write(`${head}{}`)
    wrong.write(`${head.replace('/echo', '/refuses')}{}`)
    for (const answer of await Promise.all(answers))
      expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    expect(await refusal).toMatch(/^HTTP\/1\.1 400 [\s\S]*connection: close/i)
    await stopped
  })

  it('closes connections on which nothing comes, after a moment', async () => {
    const clock = new ManualClock()
    const { open, stop } = await start({ clock, limits: { quietMs: 1000, drainMs: 9000 } })
    const idle = await open()
    const closed = once(idle, 'close')
    const stopped = stop()
    await expect.poll(() => clock.nextTimer()).toBe(1000)
    clock.advance(999)
    expect(idle.destroyed).toBe(false)
    clock.advance(1)
    await closed
    await stopped
  })

  it('cuts off at last what does not end', async () => {
    const clock = new ManualClock()
    const { open, stop, server, answered, begun } = await start({
      clock,
      limits: { quietMs: 1000, drainMs: 9000 },
    })
    const slow = await open()
    const closed = textOf(slow)
    slow.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{',
    )
    const mute = connectTcp(server.port, '127.0.0.1')
    await once(mute, 'connect')
    await expect.poll(() => begun).toEqual(['/echo'])
    const stopped = stop()
    await expect.poll(() => clock.nextTimer()).toBe(1000)
    clock.advance(8999)
    expect(slow.destroyed).toBe(false)
    clock.advance(1)
    expect(await closed).toBe('')
    await stopped
    expect(answered).toEqual(['/echo 0'])
  })
})

describe('the start', () => {
  it('says that the port is taken', async () => {
    const { server } = await start({ limits: quick })
    await expect(runServer(endpoints, { port: server.port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${server.port} for admission: EADDRINUSE`,
    )
  })
})
