import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A TCP relay in front of a server that knows which connections are made through it. */
export interface Relay {
  /** Of the server behind, by way of the relay. */
  readonly url: string
  readonly port: number
  /** Connections so far. */
  readonly made: number
  readonly open: number
  /** From now on what connects comes to another server; what is open is cut. */
  leadTo(server: string): void
  /** Resolves when so many are open. */
  whenOpen(count: number): Promise<void>
  stop(): Promise<void>
}

export interface RelayOptions {
  /** What comes is taken and never answered. */
  readonly silent?: boolean
  /** Default: a free one. */
  readonly port?: number
}

export const startRelay = async (server: string, options: RelayOptions = {}): Promise<Relay> => {
  let to = new URL(server)
  const sockets = new Set<Socket>()
  const waiting = new Set<() => void>()
  let made = 0
  const changed = (): void => {
    for (const look of waiting) look()
  }
  const listener = createServer((inner) => {
    made += 1
    sockets.add(inner)
    inner.on('error', () => undefined)
    inner.on('close', () => {
      sockets.delete(inner)
      changed()
    })
    changed()
    if (options.silent === true) {
      inner.resume()
      return
    }
    const outer = connect(Number(to.port), to.hostname)
    outer.on('error', () => inner.destroy())
    outer.on('close', () => inner.destroy())
    inner.on('close', () => outer.destroy())
    inner.pipe(outer).pipe(inner)
  })
  await new Promise<void>((resolve) => {
    listener.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const own = (listener.address() as AddressInfo).port
  return {
    url: `https://127.0.0.1:${own}`,
    port: own,
    get made() {
      return made
    },
    get open() {
      return sockets.size
    },
    leadTo(other) {
      to = new URL(other)
      for (const socket of sockets) socket.destroy()
    },
    whenOpen: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (sockets.size !== count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        listener.close(() => resolve())
      }),
  }
}
