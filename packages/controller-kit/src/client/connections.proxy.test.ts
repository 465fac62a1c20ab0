import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { clientWith, configMaps, identityOf, namespaces } from '../../test/clients.ts'
import { eachInMemory } from '../../test/each-client.ts'
import type { KubeClient } from './kube-client.ts'
import { isHeld } from './kube-error.ts'

const key = { namespace: 'default', name: 'a' }

describe('through a proxy', () => {
  const each = eachInMemory()
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** A forward proxy for one name with a password; it tells to whom it connected. */
  const startProxy = async (): Promise<{ readonly address: string; readonly targets: readonly string[] }> => {
    const targets: string[] = []
    const expected = `Basic ${Buffer.from('ann:s3cr3t').toString('base64')}`
    const proxy = createServer((_request, response) => response.writeHead(405).end())
    proxy.on('connect', (request, inner) => {
      inner.on('error', () => undefined)
      if (request.headers['proxy-authorization'] !== expected) {
        inner.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
        return
      }
      targets.push(request.url ?? '')
      const [host = '', port = ''] = (request.url ?? '').split(':')
      const outer = connect(Number(port), host, () => {
        inner.write('HTTP/1.1 200 Connection established\r\n\r\n')
        inner.pipe(outer).pipe(inner)
      })
      outer.on('error', () => inner.destroy())
      inner.on('close', () => outer.destroy())
      outer.on('close', () => inner.destroy())
      ends.push(() => inner.destroy())
    })
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve)
    })
    ends.push(() => proxy.close())
    return { address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, targets }
  }

  const clientBehind = async (proxyUrl: string): Promise<KubeClient> => {
    const { ca, cert, key: own } = identityOf(each.cluster)
    const client = await clientWith({
      ...{ server: each.cluster.url, ca: { value: ca }, cert: { value: cert }, key: { value: own } },
      proxyUrl,
    })
    ends.push(() => client.close())
    return client
  }

  it('calls and watches reach the server under the own certificate', async () => {
    const { address, targets } = await startProxy()
    const client = await clientBehind(`http://ann:s3cr3t@${address}`)
    await client.create(configMaps, { metadata: key })
    for await (const { object } of client.watch(configMaps, { namespace: 'default' }))
      if (object.metadata.name === 'a') break
    expect(new Set(targets)).toEqual(new Set([new URL(each.cluster.url).host]))
    expect(targets.length).toBeGreaterThanOrEqual(2)
  })

  it('a watch that is left frees its connection', async () => {
    const { address } = await startProxy()
    const client = await clientBehind(`http://ann:s3cr3t@${address}`)
    for (let i = 0; i < 3; i++) for await (const _ of client.watch(namespaces)) break
    expect((await client.list(namespaces)).items.length).toBeGreaterThan(0)
  })

  it('a write is not begun that may not any more when the proxy has connected', async () => {
    const { address, targets } = await startProxy()
    const client = await clientBehind(`http://ann:s3cr3t@${address}`)
    const mayStart = (): boolean => targets.length === 0
    await expect(client.create(configMaps, { metadata: key }, { mayStart })).rejects.toSatisfy(isHeld)
    expect(targets).toHaveLength(1)
    expect(each.cluster.requests.all({ resource: 'configmaps' })).toEqual([])
  })

  it('a refusal by the proxy tells so, and not the password', async () => {
    const { address } = await startProxy()
    const client = await clientBehind(`http://ann:wr0ng@${address}`)
    const error: unknown = await client
      .create(configMaps, { metadata: key })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 0, message: expect.stringContaining('407') })
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toContain('wr0ng')
  })

  it('a proxy that is away is told', async () => {
    const client = await clientBehind('http://ann:s3cr3t@127.0.0.1:1')
    await expect(client.create(configMaps, { metadata: key })).rejects.toThrow('ECONNREFUSED')
  })
})
