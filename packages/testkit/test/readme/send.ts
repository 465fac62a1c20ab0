import { request } from 'node:https'
import type { Cluster } from '@odfmo/testkit'
import { parse } from 'yaml'

interface Answer {
  readonly status: number
  readonly text: string
  readonly body: unknown
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Record<string, string> }[]
  readonly users: readonly { readonly user: Record<string, string> }[]
}

const decoded = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8')

/** One request on a connection of its own, as a client that has read a kubeconfig sends it. */
// oxlint-disable-next-line max-params -- the parts of a request in their order
export const send = (
  to: Pick<Cluster, 'kubeconfig'> | string,
  method: string,
  path: string,
  body?: object,
  token?: string,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { clusters, users } = parse(typeof to === 'string' ? to : to.kubeconfig()) as Kubeconfig
    const { server = '', 'certificate-authority-data': ca } = clusters[0]?.cluster ?? {}
    const { 'client-certificate-data': cert, 'client-key-data': key } = users[0]?.user ?? {}
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const sent = request(server + path, {
      method,
      agent: false,
      ca: decoded(ca),
      ...(token === undefined ? { cert: decoded(cert), key: decoded(key) } : {}),
      headers: {
        'user-agent': 'example',
        'content-type': type,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        resolve({ status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined })
      })
    })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
