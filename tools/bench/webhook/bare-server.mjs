// A server of node:https that judges nothing: it reads the body and answers as many bytes as the webhook does, in the same TLS. What
// that costs nothing in Node can cost less. Its port, certificate and key are its arguments.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const [port, certFile = '', keyFile = ''] = process.argv.slice(2)
const answer = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: '00000000-0000-0000-0000-000000000000', allowed: true, bare: true },
})

createServer(
  { cert: readFileSync(certFile), key: readFileSync(keyFile), keepAliveTimeout: 120_000 },
  (request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      Buffer.concat(chunks)
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(answer)),
      })
      response.end(answer)
    })
  },
).listen(Number(port), '127.0.0.1')
