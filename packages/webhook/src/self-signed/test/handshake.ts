import { connect, type TLSSocket } from 'node:tls'

/** Whether a server on this port is trusted by a PEM bundle: `verified`, or the code of what is wrong. */
export const handshake = async (port: number, bundle: string): Promise<string> => {
  let socket: TLSSocket | undefined
  try {
    return await new Promise<string>((resolve) => {
      socket = connect({ port, host: '127.0.0.1', ca: bundle }, () => resolve('verified'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    })
  } finally {
    socket?.destroy()
  }
}
