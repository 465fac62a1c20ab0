import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Which connections a server has, and what is being answered on them: so that it can end without cutting an answer off. */
export class Connections {
  /** As they were accepted, with those whose handshake is under way. */
  readonly #accepted = new Set<Socket>()
  /** Those that can carry requests; on the last of them there was an answer last. */
  readonly #open = new Set<Socket>()
  readonly #answers = new Set<ServerResponse>()
  readonly #most: number
  #closesQuiet = false

  /** `most`: how many there may be. */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * The last one that there may be takes the place of the one that has been quiet for longest: else whoever opens enough of
   * them would keep API servers out.
   */
  accepted(socket: Socket): void {
    track(this.#accepted, socket)
    if (this.#accepted.size >= this.#most) this.#quiet().next().value?.destroySoon()
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
    const { socket } = response.req
    response.once('close', () => {
      this.#answers.delete(response)
      if (this.#open.delete(socket)) this.#open.add(socket)
    })
  }

  /** The answer that is due on a connection. */
  answerOn(socket: Socket): ServerResponse | undefined {
    return [...this.#answers].find((response) => response.req.socket === socket)
  }

  /** Closes those on which nothing is being answered, and from now on those that come. */
  closeQuiet(): void {
    this.#closesQuiet = true
    for (const socket of this.#quiet()) socket.destroySoon()
  }

  *#quiet(): Generator<Socket, undefined> {
    const busy = new Set([...this.#answers].map(({ req }) => req.socket))
    for (const socket of [...this.#open]) if (!busy.has(socket) && socket.writable) yield socket
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
