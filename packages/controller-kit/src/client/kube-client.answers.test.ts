import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { clientWith, configMaps } from '../../test/clients.ts'
import type { KubeClient } from './kube-client.ts'

const key = { namespace: 'default', name: 'a' }

describe('what is no answer of an API server', () => {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** A client of something that answers every request so. */
  const clientOfServer = async (status: number, body: string | Iterable<string>): Promise<KubeClient> => {
    const server: Server = createServer((request, response) => {
      request.resume()
      response.writeHead(status, { 'content-type': 'application/json' })
      Readable.from(typeof body === 'string' ? [body] : body)
        .on('error', () => undefined)
        .pipe(response)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const client = await clientWith({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    ends.push(
      () => client.close(),
      () => server.closeAllConnections(),
      () => server.close(),
    )
    return client
  }

  it.each([
    '{}',
    '{"metadata":{}}',
    '{"items":[],"metadata":{"resourceVersion":5}}',
    '[]',
    'null',
    '"ok"',
    'ok',
  ])('is not taken for an empty list: %s', async (body) => {
    const client = await clientOfServer(200, body)
    await expect(client.list(configMaps)).rejects.toMatchObject({ status: 0, reason: 'UnreadableAnswer' })
  })

  it.each(['[]', 'null', '"s3cr3t"', 's3cr3t'])('is not taken for an object: %s', async (body) => {
    const client = await clientOfServer(200, body)
    const error: unknown = await client.get(configMaps, key).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 0, reason: 'UnreadableAnswer' })
    expect(String((error as Error).stack)).not.toContain('s3cr3t')
  })

  it('is not followed elsewhere', async () => {
    const client = await clientOfServer(302, '')
    await expect(client.get(configMaps, key)).rejects.toMatchObject({ status: 302 })
  })

  it('is not read to an end that never comes', async () => {
    const endless = function* () {
      for (;;) yield 'x'.repeat(64 * 1024)
    }
    const client = await clientOfServer(502, { [Symbol.iterator]: endless })
    const error: unknown = await client.get(configMaps, key).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 502 })
    expect((error as Error).message.length).toBeLessThan(1200)
  })

  it('is not gathered as a line of a watch for ever', async () => {
    const endless = function* () {
      for (;;) yield 'x'.repeat(1024 * 1024)
    }
    const client = await clientOfServer(200, { [Symbol.iterator]: endless })
    await expect(client.watch(configMaps).next()).rejects.toThrow('a line of more than 32 MiB')
  })
})
