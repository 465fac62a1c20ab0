// An API server that asks: in a process of its own, over TLS connections that are kept. Open loop: when a request is due is fixed
// beforehand, and its time counts from then, so that a server that is late delays nothing but shows.
import { connect, type TLSSocket } from 'node:tls'
import { reviews, uidMark } from './reviews.ts'

/** What to do; answered with what was measured. */
export interface LoadJob {
  readonly port: number
  /** PEM. */
  readonly ca: string
  readonly connections: number
  readonly perSecond: number
  readonly seconds: number
  /** Chooses the arrival times. */
  readonly seed: number
}

/** What a load met. Milliseconds. */
export interface LoadFigures {
  readonly requests: number
  /** Ends of requests after the time they were due, sorted. */
  readonly latencies: readonly number[]
  /** How much later the client noticed that a request was due, sorted: of each latency this is not the server's part. */
  readonly lateness: readonly number[]
  /** Of the bodies sent. */
  readonly meanBytes: number
}

/** Requests that come independently of each other: the gaps are exponentially distributed (mulberry32). */
const arrivals = ({ perSecond, seconds, seed }: LoadJob): readonly number[] => {
  let state = seed
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const due: number[] = []
  for (let at = 0; at < seconds * 1000; at += (-Math.log(1 - random()) * 1000) / perSecond) due.push(at)
  return due
}

/** A request in bytes, and where in them the uid is. */
const prepared = reviews.map(({ path, body, answers }) => {
  const head = [
    `POST ${path}?timeout=10s HTTP/1.1`,
    'Host: odfmo-webhook.openshift-operators.svc',
    'User-Agent: kube-apiserver-admission',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Accept: application/json, */*',
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ].join('\r\n')
  const bytes = Buffer.from(`${head}\r\n\r\n${body}`)
  return { bytes, uidAt: bytes.indexOf(uidMark), answers }
})

type Prepared = (typeof prepared)[number]

/** A connection with one request at a time. */
class Lane {
  readonly #socket: TLSSocket
  #got: Buffer = Buffer.alloc(0)
  #due: { readonly at: number; readonly uid: string; readonly answers: string } | undefined
  readonly #done: (lane: Lane, dueAt: number) => void

  constructor(socket: TLSSocket, done: (lane: Lane, dueAt: number) => void) {
    this.#socket = socket
    this.#done = done
    socket.setNoDelay(true).on('data', (chunk: Buffer) => this.#take(chunk))
    const lost = (error?: Error): void => {
      if (this.#due !== undefined) fail(`a connection was lost: ${error?.message ?? 'closed'}`)
    }
    socket.on('error', lost).on('close', () => lost())
  }

  ask({ bytes, uidAt, answers }: Prepared, number: number, at: number): void {
    const uid = `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`
    this.#due = { at, uid, answers }
    bytes.write(uid, uidAt, 'latin1')
    this.#socket.write(Buffer.from(bytes))
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#got = this.#got.length === 0 ? chunk : Buffer.concat([this.#got, chunk])
    const end = this.#got.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#got.toString('latin1', 0, end)
    const [, length = '0'] = /content-length: (\d+)/i.exec(head) ?? []
    if (this.#got.length < end + 4 + Number(length)) return
    const text = this.#got.toString('utf8', end + 4)
    this.#got = Buffer.alloc(0)
    const due = this.#due
    this.#due = undefined
    if (due === undefined || !head.startsWith('HTTP/1.1 200 ') || !isAnswer(text, due))
      return fail(`a wrong answer: ${head}\n${text}`)
    this.#done(this, due.at)
  }
}

/** The bare server's are the same whatever was asked. */
const isAnswer = (
  text: string,
  { uid, answers }: { readonly uid: string; readonly answers: string },
): boolean => text.includes('"bare":true') || (text.includes(uid) && text.includes(answers))

const fail = (why: string): never => {
  process.stderr.write(`webhook: ${why}\n`)
  process.exit(1)
}

const opened = (job: LoadJob): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port: job.port, ca: job.ca, ALPNProtocols: ['http/1.1'] },
      () => resolve(socket),
    )
    socket.once('error', reject)
  })

const load = async (job: LoadJob): Promise<LoadFigures> => {
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => opened(job)))
  const due = arrivals(job)
  const latencies: number[] = []
  const lateness: number[] = []
  let bytes = 0
  return new Promise((resolve) => {
    const idle: Lane[] = []
    const lanes = sockets.map(
      (socket) =>
        new Lane(socket, (lane, dueAt) => {
          latencies.push(performance.now() - dueAt)
          idle.push(lane)
        }),
    )
    idle.push(...lanes)
    let next = 0
    let noticed = 0
    const beganAt = performance.now()
    // No timer is as exact as looking again and again; the core has nothing else to do.
    const look = (): void => {
      const now = performance.now() - beganAt
      for (let at = due[noticed]; at !== undefined && at <= now; at = due[++noticed]) lateness.push(now - at)
      for (let at = due[next]; at !== undefined && at <= now; at = due[next]) {
        const lane = idle.pop()
        // All connections wait for an answer: so does the request.
        if (lane === undefined) break
        const one = prepared[next % prepared.length]
        if (one === undefined) break
        bytes += one.bytes.length - one.bytes.indexOf('\r\n\r\n') - 4
        lane.ask(one, next, beganAt + at)
        next += 1
      }
      if (latencies.length < due.length) {
        setImmediate(look)
        return
      }
      for (const lane of lanes) lane.close()
      const sorted = (of: readonly number[]): readonly number[] => of.toSorted((a, b) => a - b)
      resolve({
        requests: due.length,
        latencies: sorted(latencies),
        lateness: sorted(lateness),
        meanBytes: bytes / due.length,
      })
    }
    look()
  })
}

process.on('disconnect', () => process.exit())
process.on('message', (job: LoadJob) => {
  load(job).then(
    (figures) => void process.send?.(figures),
    (error: unknown) => fail(String(error)),
  )
})
