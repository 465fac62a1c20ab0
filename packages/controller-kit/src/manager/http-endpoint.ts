import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ListenError, type Listener } from './listen-error.ts'

/** Where to listen; a host left out means every address. Port 0: any free one. */
export interface BindAddress {
  readonly host?: string
  readonly port: number
}

export interface Page {
  readonly status: number
  readonly contentType?: string
  readonly body: string
}

/** Answers by path; the query is given apart. */
export type Pages = Readonly<Record<string, (query: URLSearchParams) => Page | Promise<Page>>>

export interface HttpEndpoint {
  readonly port: number
  close(): Promise<void>
}

const send = (
  response: ServerResponse,
  { status, contentType = 'text/plain; charset=utf-8', body }: Page,
): void => {
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' }).end(body)
}

/** A small server for probes and metrics. Rejects with a `ListenError` when the address is taken. */
export const listen = async (
  address: BindAddress,
  pages: Pages,
  about: Pick<Listener, 'what' | 'flag'>,
): Promise<HttpEndpoint> => {
  const answer = async (url: string): Promise<Page> => {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined
    if (page === undefined) return { status: 404, body: 'not found\n' }
    return page(searchParams)
  }
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      send(response, { status: 405, body: 'only GET\n' })
      return
    }
    answer(request.url ?? '/').then(
      (page) => send(response, page),
      (error: unknown) =>
        send(response, { status: 500, body: `${error instanceof Error ? error.message : 'failed'}\n` }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError({ ...address, ...about }, cause)))
    server.listen(address.port, address.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
