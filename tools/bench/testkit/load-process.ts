// Clients of the testkit benchmark, in a process of their own. Creates and gets are written to sockets and read from them by
// hand: a client that parses costs more than the server, and would be what is measured.
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { Agent, request } from 'node:https'
import { connect } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { collectionPath, objectPath, objectText } from './load-objects.ts'
import type { Access } from './usage.ts'

/** One thing to do; answered when it is done. */
export type Job =
  | { readonly job: 'begin'; readonly access: Access; readonly connections: number }
  | { readonly job: 'create' | 'get'; readonly from: number; readonly count: number }
  | { readonly job: 'list' }
  | { readonly job: 'watch' | 'watch over one connection'; readonly count: number }
  | { readonly job: 'fan out'; readonly index: number; readonly version: number }
  | { readonly job: 'leave' }

export interface Done {
  readonly ms: number
}

const host = '127.0.0.1'
const headers = `\r\nHost: ${host}\r\nUser-Agent: bench\r\nAccept: application/json\r\n`

let access: Access = { port: 0, ca: '', cert: '', key: '' }
let agent = new Agent()
let sockets: TLSSocket[] = []
const watches = new Set<() => void>()
let streams: ClientHttp2Session | undefined
let heard: () => void = () => undefined

// the servers are our own, and the bare one has no certificate for this host
const target = () => ({ host, ...access, rejectUnauthorized: false })

const opened = (): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ ...target(), ALPNProtocols: ['http/1.1'] }, () => resolve(socket))
    socket.setNoDelay(true)
    socket.once('error', reject)
  })

const requestText = (job: 'create' | 'get', index: number): string => {
  if (job === 'get') return `GET ${objectPath(index)} HTTP/1.1${headers}\r\n`
  const body = objectText(index)
  return `POST ${collectionPath} HTTP/1.1${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** Where in an answer its body begins and how long it is, from its first bytes; undefined before all headers are there. */
const bodyOf = (start: Buffer): { readonly at: number; readonly length: number } | undefined => {
  const text = start.toString('latin1', 0, 2048)
  const at = text.indexOf('\r\n\r\n')
  if (at < 0) return undefined
  if (!/^HTTP\/1\.1 20[01] /.test(text)) throw new Error(`the server refused: ${text}`)
  const [, length] = /content-length: (\d+)/i.exec(text) ?? []
  if (length === undefined) throw new Error(`the server did not tell how long its answer is: ${text}`)
  return { at: at + 4, length: Number(length) }
}

/** Sends requests over all connections, the next one on each when it has its answer. */
const load = (job: 'create' | 'get', from: number, count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let next = 0
    let answered = 0
    for (const socket of sockets) {
      let got: Buffer = Buffer.alloc(0)
      let expected = 0
      const one = (): void => {
        if (next >= count) return
        expected = 0
        got = Buffer.alloc(0)
        socket.write(requestText(job, from + next++), 'latin1')
      }
      const take = (chunk: Buffer): void => {
        if (expected === 0) {
          got = got.length === 0 ? chunk : Buffer.concat([got, chunk])
          const body = bodyOf(got)
          if (body === undefined) return
          expected = body.at + body.length - got.length
        } else expected -= chunk.length
        if (expected > 0) return
        answered += 1
        if (answered === count) resolve()
        one()
      }
      socket.removeAllListeners('data')
      socket.on('data', (chunk: Buffer) => {
        try {
          take(chunk)
        } catch (error) {
          reject(error)
        }
      })
      one()
    }
  })

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: string
}

/** One request by node:https; resolves with the number of bytes of its answer. */
const call = ({ method, path, body }: Call): Promise<number> =>
  new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ ...target(), agent, method, path, headers: type }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${method} ${path}: ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.on('end', () => resolve(bytes))
    })
    sent.on('error', reject)
    sent.end(body)
  })

/** Opens a watch of all objects, over a connection of its own; resolves when the server has begun to answer. */
const watch = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const own = new Agent({ keepAlive: false })
    const path = `${collectionPath}?watch=true&resourceVersion=`
    const sent = request({ ...target(), agent: own, path: `${path}${version}` }, (response) => {
      response.on('data', () => heard())
      response.on('error', () => undefined)
      resolve()
    })
    sent.on('error', reject)
    watches.add(() => sent.destroy())
    sent.end()
  })

/** Opens watches of all objects over one HTTP/2 connection, as client-go does; resolves when all are answered. */
const watchOverOne = async (count: number): Promise<void> => {
  const session = connectHttp2(`https://${host}:${access.port}`, target())
  session.on('error', () => undefined)
  streams = session
  const path = `${collectionPath}?watch=true&resourceVersion=${version}`
  const opening = Array.from({ length: count }, () => {
    const stream = session.request({ ':path': path })
    stream.on('error', () => undefined).resume()
    return new Promise<void>((resolve) => stream.once('response', () => resolve()))
  })
  await Promise.all(opening)
}

let version = ''

/** The version that a watch is to begin at, so that it begins with nothing. */
const listVersion = (): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ ...target(), agent, path: `${collectionPath}?limit=1` }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () =>
        resolve((JSON.parse(text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion),
      )
    })
      .on('error', reject)
      .end()
  })

const leave = (): void => {
  for (const end of watches) end()
  streams?.destroy()
  watches.clear()
  for (const socket of sockets) socket.destroy()
  sockets = []
  agent.destroy()
}

const fanOut = async (index: number, of: number): Promise<void> => {
  const missing = new Promise<void>((resolve) => {
    let events = 0
    heard = () => {
      events += 1
      if (events === watches.size) resolve()
    }
  })
  await Promise.all([missing, call({ method: 'PUT', path: objectPath(index), body: objectText(index, of) })])
}

const work = async (job: Job): Promise<void> => {
  switch (job.job) {
    case 'begin':
      leave()
      access = job.access
      agent = new Agent({ keepAlive: true })
      sockets = await Promise.all(Array.from({ length: job.connections }, opened))
      for (const socket of sockets) socket.on('error', () => undefined)
      return
    case 'create':
    case 'get':
      return load(job.job, job.from, job.count)
    case 'list':
      await call({ method: 'GET', path: collectionPath })
      return
    case 'watch':
      version = await listVersion()
      for (let opening = 0; opening < job.count; opening += 20)
        await Promise.all(Array.from({ length: Math.min(20, job.count - opening) }, watch))
      return
    case 'watch over one connection':
      version = await listVersion()
      return watchOverOne(job.count)
    case 'fan out':
      return fanOut(job.index, job.version)
    case 'leave':
      leave()
  }
}

process.on('disconnect', () => process.exit())
process.on('message', (job: Job) => {
  const beganAt = performance.now()
  void work(job).then(
    () => process.send?.({ ms: performance.now() - beganAt } satisfies Done),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
