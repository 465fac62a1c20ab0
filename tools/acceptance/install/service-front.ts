import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { ContainerEvent } from '@odfmo/testkit'

/** Stands for a Service and its endpoints. */
export interface ServiceFront {
  /** On 127.0.0.1. */
  readonly port: number
  /** To be told of every container of the node. */
  hear(event: ContainerEvent): void
  stop(): Promise<void>
}

/** Which containers a Service is for, and which of their ports. */
export interface ServiceBackends {
  readonly deployment: string
  readonly containerPort: number
}

/** A port of this host whose connections go, as they are, to the ready containers of a Deployment in turn. */
export const startServiceFront = async ({
  deployment,
  containerPort,
}: ServiceBackends): Promise<ServiceFront> => {
  const portOf = new Map<number, number>()
  const ready = new Set<number>()
  const sockets = new Set<Socket>()
  let turn = 0

  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
  }
  /** One that ends listens no more, though it is ready as far as anybody knows: then it is the next one's turn. */
  const forward = (client: Socket, [first, ...others]: readonly number[]): void => {
    if (first === undefined) {
      client.destroy()
      return
    }
    const backend = connect({ host: '127.0.0.1', port: first })
    const refused = (): void => forward(client, others)
    backend.once('error', refused).once('connect', () => {
      backend.off('error', refused)
      track(backend).pipe(client).pipe(backend)
      backend.once('close', () => client.destroy())
      client.once('close', () => backend.destroy())
    })
  }
  const server = createServer((client) => {
    const pids = [...ready]
    turn += 1
    const inTurn = pids.map((_, n) => pids[(n + turn) % pids.length] ?? 0)
    forward(
      track(client),
      inTurn.flatMap((pid) => portOf.get(pid) ?? []),
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    hear(event) {
      if (event.deployment !== deployment) return
      switch (event.type) {
        case 'started':
          portOf.set(event.pid, event.ports.get(containerPort) ?? 0)
          return
        case 'ready':
          ready.add(event.pid)
          return
        case 'unready':
        case 'unhealthy':
          ready.delete(event.pid)
          return
        case 'exited':
          ready.delete(event.pid)
          portOf.delete(event.pid)
      }
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
