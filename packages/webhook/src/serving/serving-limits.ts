/** How much a client may send, and how long it may take. Times in milliseconds. */
export interface ServingLimits {
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  readonly maxHeaders: number
  readonly maxConnections: number
  readonly handshakeMs: number
  readonly headersMs: number
  /** From the first byte of a request to the last of its body. */
  readonly requestMs: number
  /** How long a connection may be quiet. */
  readonly keepAliveMs: number
  /** How often the three above are looked at. */
  readonly checkMs: number
  /** How long the rest of a refused body is thrown away, so that the client gets to read why. */
  readonly lingerMs: number
  /** When the server ends: how long connections may still bring a request, which is answered with `Connection: close`. */
  readonly quietMs: number
  /** When the server ends: how long all of it may take. */
  readonly drainMs: number
}

export const defaultLimits: ServingLimits = {
  // What an API server takes; both objects of an update are in a review, but etcd holds no more than 1.5 MiB of each.
  maxBodyBytes: 3 * 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  // An API server opens one for each review that is under way; a thousand a second are five.
  maxConnections: 512,
  handshakeMs: 10_000,
  headersMs: 5000,
  // The API server gives up after 10 s by default.
  requestMs: 10_000,
  // Clients in Go close theirs after 90 s: who closes first must not be the one that cannot know of a request on its way.
  keepAliveMs: 120_000,
  checkMs: 1000,
  lingerMs: 1000,
  quietMs: 1000,
  // A kubelet kills after 30 s, but the promise is 10 s for the whole process.
  drainMs: 9000,
}
