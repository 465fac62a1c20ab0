import type { Identity } from '../auth/identity.ts'
import type { Clock } from '../clock/clock.ts'
import type { CertificateRotation } from '../certificates/cluster-authorities.ts'
import type { Staleness } from './staleness.ts'

/** A watch that goes on now, as far as faults reach it. */
export interface FaultyWatch {
  readonly identity: Pick<Identity, 'user'>
  readonly resource: { readonly group: string; readonly plural: string }
  /** Empty for all namespaces. */
  readonly namespace: string
  /** Of the one object it is about, if it is. */
  readonly name: string
  /** Ends it as a server does that closes the connection in order. */
  end(): void
  /** Cuts the connection. */
  destroy(): void
  /** Holds events back until it is called with false. */
  stall(stalled: boolean): void
  /** Lets every event come this much later. */
  lag(ms: number): void
  /** Lets events come when they are no longer of the future. */
  follow(staleness: Staleness): void
  /** Sends a text between two events. */
  send(text: string): void
  /** Sends half of what is sent next, then cuts the connection. */
  cutNext(): void
}

/** How a server meets a client that wants to begin TLS. */
export type Handshake =
  | 'works'
  /** The connection is cut before the handshake. */
  | 'cut'
  /** The server shows a certificate of an authority that nobody knows. */
  | 'unknown authority'

/** What faults reach besides requests. */
export interface FaultTargets {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly watches: ReadonlySet<FaultyWatch>
  readonly compact: () => void
  readonly dropConnections: () => void
  readonly listening: (isListening: boolean) => Promise<void>
  readonly handshakes: (how: Handshake) => void
  /** The version now, if it can be told at once or soon. */
  readonly revision: () => number | Promise<number>
  /** Calls back when the version has grown; throws where nobody hears of that. */
  readonly onRevision: (listener: () => void) => () => void
  readonly rotateCertificates: (rotation: CertificateRotation) => void
  /** Moves the cluster's wall clock, forward or back. */
  readonly jumpClock: (ms: number) => void
}
