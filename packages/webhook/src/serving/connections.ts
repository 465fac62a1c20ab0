import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Which connections a server has, and what is being answered on them: so that it can end without cutting an answer off. */
export class Connections {
  /** As they were accepted, with those whose handshake is under way. */
  readonly #accepted = new Set<Socket>()
  /** Those that can carry requests. */
  readonly #open = new Set<Socket>()
  readonly #answers = new Set<ServerResponse>()
  #closesQuiet = false

  accepted(socket: Socket): void {
    track(this.#accepted, socket)
  }

  opened(socket: Socket): void {
    track(this.#open, socket)
    if (this.#closesQuiet) socket.destroySoon()
  }

  /** Whether its handshake is through, so that something can be said on it. */
  isOpen(socket: Socket): boolean {
    return this.#open.has(socket)
  }

  began(response: ServerResponse): void {
    this.#answers.add(response)
    response.once('close', () => this.#answers.delete(response))
  }

  /** The answer that is due on a connection. */
  answerOn(socket: Socket): ServerResponse | undefined {
    return [...this.#answers].find((response) => response.req.socket === socket)
  }

  /** Closes those on which nothing is being answered, and from now on those that come. */
  closeQuiet(): void {
    this.#closesQuiet = true
    for (const socket of this.#open) if (this.answerOn(socket) === undefined) socket.destroySoon()
  }

  /** Cuts off what is left. */
  cut(): void {
    for (const socket of [...this.#open, ...this.#accepted]) socket.destroy()
  }
}

const track = (sockets: Set<Socket>, socket: Socket): void => {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}
