// The API server that the clients are measured against: a process of its own that answers prepared bytes, so that the
// client is the bottleneck. It serves ConfigMaps as Kubernetes 1.35 does (pages, watches that list first, bookmarks,
// time-outs of watches), over HTTP/1.1 and TLS, and counts connections and requests.
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { bookmarkText, eventText, listedVersion, objectCount, objectText } from './objects.ts'

/** What the benchmark asks of the server. */
export type ServerCommand =
  | {
      readonly do: 'listen'
      readonly key: string
      readonly cert: string
      /** How much faster than the real one its clock goes, by which it ends watches and sends bookmarks. */
      readonly clockRate: number
    }
  /** Gets so many changes ready, to be sent by `send`. */
  | { readonly do: 'prepare'; readonly changes: number }
  | { readonly do: 'send' }
  /** Ends every connection, and changes one object. */
  | { readonly do: 'cut' }
  | { readonly do: 'count' }

/** Since the start. */
export interface ServerCounts {
  readonly connections: number
  readonly requests: number
}

/** The answer to each command. */
export interface ServerAnswer extends ServerCounts {
  readonly port: number
}

/** A watch that names no time-out is ended after 30 to 60 minutes, as an API server does by default. */
const longestWatchSeconds = (): number => 1800 * (1 + Math.random())
const bookmarkEverySeconds = 60

const versions = Array.from({ length: objectCount }, (_, index) => index + 1)
const items = Array.from({ length: objectCount }, (_, index) => objectText(index, index + 1, false))
/** The list of a watch that lists first; made anew at the first such watch after a change. */
let initialEvents: readonly Buffer[] | undefined = allAdded()
/** Every change since the start, oldest first, with the index of its object. */
const history: { readonly version: number; readonly index: number }[] = []
const watches = new Set<{ readonly response: ServerResponse; readonly wantsBookmarks: boolean }>()
const sockets = new Set<Socket>()
let version = listedVersion
let connections = 0
let requests = 0
let clockRate = 1
let prepared: Buffer[] = []
let server: ReturnType<typeof createServer> | undefined

process.on('disconnect', () => process.exit())
process.on('message', (command: ServerCommand) => {
  void obey(command).then(() => {
    const port = (server?.address() as AddressInfo | null)?.port ?? 0
    process.send?.({ port, connections, requests } satisfies ServerAnswer)
  })
})

async function obey(command: ServerCommand): Promise<void> {
  switch (command.do) {
    case 'listen':
      clockRate = command.clockRate
      setInterval(sendBookmarks, (bookmarkEverySeconds * 1000) / clockRate)
      server = createServer({ key: command.key, cert: command.cert, ALPNProtocols: ['http/1.1'] }, answer)
      server.keepAliveTimeout = 90_000
      server.requestTimeout = 0
      server.on('connection', (socket: Socket) => {
        sockets.add(socket)
        socket.setNoDelay(true)
        socket.once('close', () => sockets.delete(socket))
        socket.on('error', () => undefined)
      })
      server.on('secureConnection', () => (connections += 1))
      server.on('tlsClientError', () => undefined)
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
      break
    case 'prepare':
      prepared = chunksOf(
        Array.from({ length: command.changes }, (_, number) => change(number % objectCount)),
      )
      break
    case 'send':
      for (const { response } of watches) for (const chunk of prepared) response.socket?.write(chunk)
      break
    case 'cut':
      change(0)
      for (const socket of sockets) socket.resetAndDestroy()
      break
    case 'count':
      break
  }
}

/** Changes an object and answers the line that tells it. */
function change(index: number): string {
  version += 1
  versions[index] = version
  items[index] = objectText(index, version, false)
  history.push({ version, index })
  initialEvents = undefined
  return eventText('MODIFIED', index, version)
}

/** A chunk of HTTP for each line, as a server sends that flushes each event; several in one write. */
function chunksOf(lines: readonly string[]): Buffer[] {
  const writes: Buffer[] = []
  for (let start = 0; start < lines.length; start += 64) {
    const framed = lines
      .slice(start, start + 64)
      .map((line) => `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`)
    writes.push(Buffer.from(framed.join('')))
  }
  return writes
}

function allAdded(): readonly Buffer[] {
  return chunksOf(versions.map((of, index) => eventText('ADDED', index, of)))
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  requests += 1
  const url = new URL(request.url ?? '', 'https://bench')
  const one = /^\/api\/v1\/namespaces\/[^/]+\/configmaps\/object-(\d+)$/.exec(url.pathname)
  if (one !== null) {
    const index = Number(one[1])
    send(response, 200, objectText(index, versions[index] ?? 0, true))
  } else if (url.pathname === '/api/v1/configmaps') {
    if (['true', '1'].includes(url.searchParams.get('watch') ?? '')) watch(url.searchParams, response)
    else list(url.searchParams, response)
  } else {
    send(response, 404, JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }))
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(text)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
}

function list(query: URLSearchParams, response: ServerResponse): void {
  const start = Number(query.get('continue') ?? 0)
  const limit = Number(query.get('limit') ?? 0)
  const end = limit === 0 ? objectCount : Math.min(start + limit, objectCount)
  const next = end < objectCount ? `,"continue":"${end}","remainingItemCount":${objectCount - end}` : ''
  const page = items.slice(start, end).join(',')
  const metadata = `{"resourceVersion":"${version}"${next}}`
  send(response, 200, `{"kind":"ConfigMapList","apiVersion":"v1","metadata":${metadata},"items":[${page}]}`)
}

function watch(query: URLSearchParams, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  const raw = (chunks: readonly Buffer[]): void => {
    for (const chunk of chunks) response.socket?.write(chunk)
  }
  if (query.get('sendInitialEvents') === 'true') {
    initialEvents ??= allAdded()
    raw(initialEvents)
    raw(chunksOf([bookmarkText(version, true)]))
  } else {
    const from = Number(query.get('resourceVersion') ?? version)
    const missed = history.filter((past) => past.version > from)
    raw(chunksOf(missed.map((past) => eventText('MODIFIED', past.index, past.version))))
  }
  const open = { response, wantsBookmarks: query.get('allowWatchBookmarks') === 'true' }
  watches.add(open)
  const seconds = Number(query.get('timeoutSeconds') ?? longestWatchSeconds())
  const timer = setTimeout(() => response.end(), (seconds * 1000) / clockRate)
  response.once('close', () => {
    clearTimeout(timer)
    watches.delete(open)
  })
}

function sendBookmarks(): void {
  for (const { response, wantsBookmarks } of watches) {
    if (wantsBookmarks)
      for (const chunk of chunksOf([bookmarkText(version, false)])) response.socket?.write(chunk)
  }
}
