import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** What npm sends to publish a version, as far as it is looked at here. */
interface Publication {
  readonly name: string
  readonly versions: Readonly<Record<string, PublishedManifest>>
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>
}

export interface PublishedManifest {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** As much of a package registry as `npm view` and `npm publish` ask for. */
export interface Registry extends AsyncDisposable {
  readonly url: string
  /** In the order in which they came. */
  readonly published: readonly {
    readonly name: string
    readonly manifest: PublishedManifest
    readonly tarball: Buffer
  }[]
}

/** Starts one that has nothing, on a free port. */
export async function startRegistry(): Promise<Registry> {
  const published: Registry['published'][number][] = []
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const name = decodeURIComponent((request.url ?? '').slice(1).split('?')[0] ?? '')
    if (request.method === 'PUT') {
      const sent = (await json(request)) as Publication
      const [attachment] = Object.values(sent._attachments)
      for (const manifest of Object.values(sent.versions)) {
        published.push({ name: sent.name, manifest, tarball: Buffer.from(attachment?.data ?? '', 'base64') })
      }
      return answer(201, { ok: true })
    }
    const found = published.filter((one) => one.name === name)
    const newest = found.at(-1)
    if (newest === undefined) return answer(404, { error: 'not_found' })
    const versions = Object.fromEntries(found.map(({ manifest }) => [manifest.version, manifest]))
    return answer(200, { name, versions, 'dist-tags': { latest: newest.manifest.version } })
  }
  const server = createServer((request, response) => void respond(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    published,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
