/** How a client reaches a server: the certificates as PEM. */
export interface Access {
  readonly port: number
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** What a process has used so far. */
export interface Usage {
  /** User and system time of all its threads, microseconds. */
  readonly cpuUs: number
  readonly residentBytes: number
  /** On the heap and in buffers beside it, after a collection of garbage; 0 when that cannot be known. */
  readonly heapBytes: number
}

export type ServerMessage =
  | {
      readonly event: 'ready'
      /** From the call until requests are answered: the first in the process, and one after it. */
      readonly firstMs: number
      readonly laterMs: number
      readonly access: Access
    }
  | { readonly event: 'usage'; readonly usage: Usage }

export const send = (message: ServerMessage): void => void process.send?.(message)

/** Tells the parent what this process uses whenever it asks, and ends with it. */
export const answerUsage = (): void => {
  process.on('disconnect', () => process.exit())
  process.on('message', (wish: { readonly collect: boolean }) => {
    if (wish.collect) for (let time = 0; time < 2; time++) globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, external } = process.memoryUsage()
    const usage = { cpuUs: user + system, residentBytes: rss, heapBytes: heapUsed + external }
    send({ event: 'usage', usage })
  })
}
