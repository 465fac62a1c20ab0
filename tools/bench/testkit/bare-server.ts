// A server of node:https that does nothing: it answers what the in-memory API server answered, whatever is asked, and a watch with silence. What
// that costs no API server in Node can cost less.
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { startCluster } from '@odfmo/testkit'
import type { KubeObject } from '@odfmo/testkit'
import { objectText } from './load-objects.ts'
import { answerUsage, send } from './usage.ts'

answerUsage()
const cluster = await startCluster({ name: 'bare', controllers: false })
const { ca, cert, key } = cluster.credentials({ user: 'bare' })
await cluster.apply(JSON.parse(objectText(0)) as KubeObject)
const answer = JSON.stringify(cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name: 'object-0' }))
await cluster.stop()

const server = createServer(
  { key, cert, ca, requestCert: true, rejectUnauthorized: false },
  (request, response) => {
    request.resume()
    if (request.url?.includes('watch=true') === true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
      return
    }
    request.on('end', () => {
      response.writeHead(request.method === 'POST' ? 201 : 200, {
        'cache-control': 'no-cache, private',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
      })
      response.end(answer)
    })
  },
)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  send({ event: 'ready', firstMs: 0, laterMs: 0, access: { port, ca, cert, key } })
})
