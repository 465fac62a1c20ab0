import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What a Service does: connections go to the replicas that are ready, one after the other. */
export interface Balancer {
  readonly port: number
  /** Ends all connections: the next request makes a handshake. For when none is under way. */
  cut(): void
  stop(): Promise<void>
}

export const startBalancer = async (readyPorts: () => readonly number[]): Promise<Balancer> => {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((client) => {
    const ports = readyPorts()
    const port = ports[turn++ % Math.max(1, ports.length)]
    if (port === undefined) {
      client.destroy()
      return
    }
    const replica = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, replica],
      [replica, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async stop() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
