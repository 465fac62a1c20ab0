/** What was to be served, and where. */
export interface Listener {
  /** For people: `metrics`. */
  readonly what: string
  /** The flag by which another address is chosen: `--metrics-bind-address`. */
  readonly flag: string
  readonly host?: string
  readonly port: number
}

const whys: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not listen there',
  ENOTFOUND: 'there is no such host',
}

/** An address that cannot be listened on: the message says for what, where, why, and which flag names another. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code = 'ODFMO_LISTEN'

  constructor({ what, flag, host = '', port }: Listener, cause: unknown) {
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'failed'
    const why = whys[code] === undefined ? '' : `: ${whys[code]}`
    const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    super(`cannot listen on ${place} for ${what}: ${code}${why}; ${flag} names another address`, { cause })
  }
}
