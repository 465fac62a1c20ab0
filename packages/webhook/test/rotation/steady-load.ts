import { Agent, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { contract } from '@odfmo/api-types'

/** A replica as an API server finds it. */
export interface Target {
  readonly port: number
}

/** What is sent, to whom, and whom the client trusts. */
export interface SteadyLoadOptions {
  readonly perSecond: number
  /** They are asked in turn. */
  readonly targets: readonly Target[]
  /** The CA bundle for a path, in PEM, as it is known now. */
  readonly trusted: (path: string) => string
  /** Requests that wait for their answer at once, for a client that was held up and catches up; 64. */
  readonly mostOutstanding?: number
}

const { mutatePath, validatePath } = contract.webhook
/** Not more connections than a server takes. */
const defaultMostOutstanding = 64
/** Each fourth request makes a connection of its own; the others use what is open. */
const newEvery = 4

const peer = (clusterName: string): object => ({
  clusterName,
  storageClusterRef: { name: 'ocs', namespace: 'openshift-storage' },
})

const body = (uid: string): string =>
  JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: { group: contract.group, version: contract.version, kind: 'MirrorPeer' },
      resource: { group: contract.group, version: contract.version, resource: 'mirrorpeers' },
      name: 'pair',
      operation: 'CREATE',
      userInfo: { username: 'admin' },
      object: {
        apiVersion: contract.apiVersion,
        kind: 'MirrorPeer',
        metadata: { name: 'pair' },
        spec: { items: [peer('cluster1'), peer('cluster2')] },
      },
    },
  })

/** Reviews at a steady rate, whatever becomes of those before. */
export class SteadyLoad {
  readonly #options: SteadyLoadOptions
  readonly #agents = new Map<number, Agent>()
  readonly #leaving = new Set<number>()
  readonly #connecting = new Map<number, number>()
  readonly #outstanding = new Set<Promise<void>>()
  readonly #shown = new Map<number, Set<string>>()
  readonly #beganAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #looks: (() => void)[] = []
  sent = 0
  answered = 0
  /** Of replicas that are leaving: answers that said so. */
  closing = 0
  readonly failures: string[] = []

  constructor(options: SteadyLoadOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#sendDue(), 1000 / options.perSecond)
  }

  /** Certificates that a replica has shown on new connections. */
  shownBy({ port }: Target): ReadonlySet<string> {
    return this.#shown.get(port) ?? new Set()
  }

  /** As a Service does with a replica that ends: nobody makes a new connection to it. */
  leave({ port }: Target): void {
    this.#leaving.add(port)
  }

  /** Whether a connection to a replica is being made. */
  isConnecting({ port }: Target): boolean {
    return (this.#connecting.get(port) ?? 0) > 0
  }

  /** Goes on until the condition holds; it is looked at after each answer. Rejects as soon as a request has failed. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const [failure] = this.failures
        if (failure === undefined && !isSo()) return
        this.#looks = this.#looks.filter((one) => one !== look)
        if (failure === undefined) resolve()
        else reject(new Error(failure))
      }
      this.#looks.push(look)
      look()
    })
  }

  /** Sends no more; resolves when all that was sent is answered. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#outstanding)
    for (const agent of this.#agents.values()) agent.destroy()
  }

  /** A timer that is late has more than one to send. */
  #sendDue(): void {
    const due = ((performance.now() - this.#beganAt) * this.#options.perSecond) / 1000
    const { mostOutstanding = defaultMostOutstanding } = this.#options
    while (this.sent < due && this.#outstanding.size < mostOutstanding) {
      const sending = this.#send(this.sent).catch((error: unknown) => void this.failures.push(String(error)))
      this.sent += 1
      this.#outstanding.add(sending)
      void sending.then(() => {
        this.#outstanding.delete(sending)
        for (const look of [...this.#looks]) look()
      })
    }
  }

  #send(number: number): Promise<void> {
    const { targets, trusted } = this.#options
    const isNew = Math.floor(number / targets.length) % newEvery === 0
    const reachable = targets.filter(
      ({ port }) => !this.#leaving.has(port) || (!isNew && this.#hasOpen(port)),
    )
    const target = reachable[number % reachable.length]
    if (target === undefined) return Promise.reject(new Error('nobody is there to ask'))
    const { port } = target
    const path = number % 3 === 0 ? mutatePath : validatePath
    const uid = `uid-${number}`
    const agent = isNew ? false : this.#agentFor(port)
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`request ${number} to ${port}, ${isNew ? 'new' : 'kept'}: ${why}`))
      const headers = { 'content-type': 'application/json' }
      const sending = request(
        { host: '127.0.0.1', port, path, method: 'POST', headers, agent, ca: trusted(path) },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          response.on('error', (error) => fail(error.message))
          response.on('end', () => {
            if (this.#leaving.has(port) && response.headers.connection === 'close') this.closing += 1
            if (response.statusCode !== 200 || !text.includes(`"uid":"${uid}","allowed":true`)) {
              return fail(`${response.statusCode} ${text}`)
            }
            this.answered += 1
            resolve()
          })
        },
      )
      sending.on('error', (error) => fail(error.message))
      sending.on('socket', (socket) => {
        if (!socket.connecting) return
        this.#connecting.set(port, (this.#connecting.get(port) ?? 0) + 1)
        const connected = (): void => {
          socket.off('secureConnect', connected).off('close', connected)
          this.#connecting.set(port, (this.#connecting.get(port) ?? 0) - 1)
        }
        socket.once('close', connected).once('secureConnect', connected)
        if (isNew) socket.once('secureConnect', () => this.#show(port, socket as TLSSocket))
      })
      sending.end(body(uid))
    })
  }

  #show(port: number, socket: TLSSocket): void {
    const { fingerprint256 } = socket.getPeerCertificate()
    const shown = this.#shown.get(port) ?? new Set()
    this.#shown.set(port, shown.add(fingerprint256))
  }

  #agentFor(port: number): Agent {
    const agent = this.#agents.get(port) ?? new Agent({ keepAlive: true, scheduling: 'fifo' })
    this.#agents.set(port, agent)
    return agent
  }

  #hasOpen(port: number): boolean {
    return Object.values(this.#agentFor(port).freeSockets).some((sockets) =>
      sockets?.some(({ destroyed, writable }) => !destroyed && writable),
    )
  }
}
