import type { IncomingMessage } from 'node:http'
import type { Identity } from '../auth/identity.ts'
import type { Clock } from '../clock/clock.ts'
import type { FaultyWatch } from '../faults/faulty-watch.ts'
import { textAt } from '../kube-object.ts'
import { EventGate } from '../server/event-gate.ts'
import type { Exchange } from '../server/exchange.ts'

/** A client that takes nothing makes the server wait from here on. */
const backlogLimitBytes = 1024 * 1024
const newline = 10

export interface WatchedThrough {
  readonly identity: Pick<Identity, 'user'>
  readonly resource: { readonly group: string; readonly plural: string }
  readonly namespace: string
  readonly name: string
  readonly exchange: Exchange
  readonly clock: Clock
  /** Events before those of the server. */
  readonly begun: readonly Buffer[]
  /** What the server sends. */
  readonly answer: IncomingMessage
  readonly onClose: (watch: FaultyWatch) => void
}

/** The version that an event tells of; 0 when it cannot be read. */
const revisionOf = (line: Buffer): number => {
  try {
    return Number(textAt(JSON.parse(line.toString('utf8')), 'object', 'metadata', 'resourceVersion')) || 0
  } catch {
    return 0
  }
}

const linesOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(newline, from)
    const to = end < 0 ? bytes.length : end + 1
    lines.push(bytes.subarray(from, to))
    from = to
  }
  return lines
}

/** Passes the events of a watch on, whole lines at a time, so that faults come between two of them or inside one. */
export const proxiedWatch = (watched: WatchedThrough): FaultyWatch => {
  const { exchange, answer, identity, resource, namespace, name, clock } = watched
  const isText = answer.headers['content-type']?.includes('json') === true
  let rest: Buffer = Buffer.alloc(0)

  const stop = (): void => {
    gate.close()
    answer.destroy()
    watched.onClose(watch)
  }
  const gate = new EventGate({
    exchange,
    clock,
    destroy: () => watch.destroy(),
    onWrite() {
      if (exchange.backlog < backlogLimitBytes || answer.isPaused()) return
      answer.pause()
      exchange.response.once('drain', () => answer.resume())
    },
  })
  const push = (bytes: Buffer): void => {
    // each by itself, where it matters of which version it tells
    if (isText && gate.asksForRevision) for (const line of linesOf(bytes)) gate.push(line, revisionOf(line))
    else gate.push(bytes)
  }
  const watch: FaultyWatch = {
    identity,
    resource,
    namespace,
    name,
    end() {
      stop()
      exchange.end()
    },
    destroy() {
      stop()
      exchange.destroy()
    },
    stall: (isStalled) => gate.stall(isStalled),
    lag: (ms) => gate.lag(ms),
    follow: (staleness) => gate.follow(staleness),
    send: (text) => gate.push(Buffer.from(text, 'utf8')),
    cutNext: () => gate.cutNext(),
  }
  for (const frame of watched.begun) gate.push(frame)
  answer.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = isText ? bytes.lastIndexOf(newline) + 1 : bytes.length
    rest = bytes.subarray(end)
    if (end > 0) push(bytes.subarray(0, end))
  })
  // a stalled connection does not tell that its server has ended either
  answer.on('end', () => gate.finish(() => watch.end()))
  answer.on('error', () => watch.destroy())
  exchange.response.on('close', stop)
  return watch
}
