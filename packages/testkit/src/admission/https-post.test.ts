import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, expect, it } from 'vitest'
import { CertificateAuthority } from '../certificates/certificate-authority.ts'
import { manualClock } from '../clock/manual-clock.ts'
import { followRedirects } from './follow-redirects.ts'
import { startHttpsEndpoint } from './https-endpoint.ts'
import type { EndpointAnswer, EndpointRequest, HttpsEndpoint } from './https-endpoint.ts'
import { HttpsPost } from './https-post.ts'
import type { Post } from './https-post.ts'

const ends: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

type Answer = (request: EndpointRequest) => EndpointAnswer | Promise<EndpointAnswer>

const started = async (answer: Answer): Promise<HttpsEndpoint> => {
  const endpoint = await startHttpsEndpoint({ answer: async (request) => answer(request) })
  ends.push(() => endpoint.stop())
  return endpoint
}

const posting = (clock = manualClock(), idleMs?: number): HttpsPost => {
  const https = new HttpsPost(clock, idleMs)
  ends.push(() => https.close())
  return https
}

const postTo = ({ url, ca }: Pick<HttpsEndpoint, 'url' | 'ca'>, path: string, timeoutMs = 1_000): Post => {
  const address = new URL(path, url)
  return { url: address, address, ca, serverName: address.hostname, body: '{}', timeoutMs }
}

const redirect = (location: string): EndpointAnswer => ({ status: 307, headers: { location }, body: '' })

it('sends nothing more when it is closed, so that who is asked next keeps nobody waiting', async () => {
  let asked = 0
  const endpoint = await started(() => {
    asked += 1
    return { status: 200, body: 'fine' }
  })
  const https = posting()
  expect((await https.send(postTo(endpoint, '/'))).status).toBe(200)
  https.close()
  await expect(https.send(postTo(endpoint, '/'))).rejects.toThrow('the cluster has stopped')
  expect(asked).toBe(1)
})

it('has the time of one answer for all redirects together', async () => {
  const clock = manualClock()
  const endpoint = await started(({ path }) => {
    clock.advance(400)
    return redirect(`${path}x`)
  })
  await expect(followRedirects(posting(clock), postTo(endpoint, '/x'))).rejects.toThrow(
    /\/xxx": context deadline exceeded$/,
  )
})

it('closes a connection that nobody needs, before the other side does', async () => {
  const authority = new CertificateAuthority('authority', 0, Date.UTC(2120, 0, 1))
  const { certificate, key } = authority.issueWithKey({
    subject: { commonName: 'webhook', organizations: [] },
    uses: ['server'],
    hosts: ['127.0.0.1'],
    notBefore: 0,
    notAfter: Date.UTC(2120, 0, 1),
  })
  // it never closes one itself
  const server = createServer({ key, cert: certificate, keepAliveTimeout: 0 }, (_request, response) => {
    response.end('fine')
  })
  ends.push(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  const closed = new Promise<void>((resolve) => {
    server.on('secureConnection', (socket: TLSSocket) => socket.on('close', () => resolve()))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const https = posting(manualClock(), 5)
  const url = `https://127.0.0.1:${port}`
  await https.send(postTo({ url, ca: authority.certificate }, '/'))
  await closed
})

it('says where it was sent to when that is no place', async () => {
  const endpoint = await started(() => redirect('http://['))
  await expect(followRedirects(posting(), postTo(endpoint, '/x'))).rejects.toThrow(
    `Post "${endpoint.url}/x": failed to parse Location header "http://["`,
  )
})
