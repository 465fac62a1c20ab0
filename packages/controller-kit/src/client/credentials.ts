import { watch } from 'node:fs'
import { dirname } from 'node:path'
import { sleep, systemClock, type Clock } from '../clock.ts'
import { Wake } from '../wake.ts'
import type { ExecCredential } from './exec-answer.ts'
import type { ExecCredentials } from './exec-credentials.ts'
import { KubeconfigError } from './kubeconfig-error.ts'
import { loadIdentity, type Identity, type IdentitySource, type LoadedIdentity } from './identity.ts'

/**
 * For /healthz: whether the process is who its files say it is. `note`: it is, and that is of no use any more, as what the
 * files hold has expired; a restart would read the same.
 */
export type CredentialState =
  | { readonly ok: true; readonly note?: string }
  | { readonly ok: false; readonly why: string }

/** How the files of credentials are followed. */
export interface CredentialsOptions {
  /** Default: the system's. */
  readonly clock?: Clock
  /**
   * How often the files are read again besides what the file system tells, in milliseconds; some mounts tell
   * nothing. Default: 10 s, short against the minutes for which an old credential is still good.
   */
  readonly pollMs?: number
  /** Of a credential plugin, which finds its own settings there. Default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Writers that are not atomic put several files one after the other: look when they are through. */
const settleMs = 100

/**
 * Credentials that follow their files: what is rotated on disk is taken over with no restart. What cannot be
 * taken over (a file gone, a key that does not fit) leaves the old in use and shows in `state`; so does another
 * server, for all that is known of the old one would be mixed with what the new one says: that needs a new process.
 */
export class Credentials {
  readonly #source: IdentitySource
  readonly #clock: Clock
  readonly #pollMs: number
  readonly #env: CredentialsOptions['env']
  readonly #listeners = new Set<(state: CredentialState) => void>()
  #loaded: LoadedIdentity
  #failure: string | undefined
  /** As the listeners know it: until they hear otherwise, all is well. */
  #told: CredentialState = { ok: true }
  #reading: Promise<void> | undefined
  #plugin: ExecCredentials | undefined
  /** What a plugin answered, put into what the files say. */
  #merged: { readonly from: Identity; readonly with: ExecCredential; readonly identity: Identity } | undefined

  private constructor(source: IdentitySource, loaded: LoadedIdentity, options: CredentialsOptions) {
    this.#source = source
    this.#loaded = loaded
    this.#clock = options.clock ?? systemClock
    this.#pollMs = options.pollMs ?? 10_000
    this.#env = options.env
  }

  /** Reads them for the first time; throws a `KubeconfigError`. */
  static async load(source: IdentitySource, options: CredentialsOptions = {}): Promise<Credentials> {
    return new Credentials(source, await loadIdentity(source), options)
  }

  /** Called when a rotated credential was taken over, when one could not be or has expired; the answer unsubscribes. */
  onChange(listener: (state: CredentialState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The identity of now, without asking a plugin that was never asked; a new object when anything changed. */
  get current(): Identity {
    const { identity } = this.#loaded
    return this.#merged?.from === identity ? this.#merged.identity : identity
  }

  /**
   * The identity for the next request. Runs the credential plugin, if the kubeconfig names one, when none of its answers is
   * good any more; throws its `ExecError`, or the signal's reason.
   */
  async ready(signal?: AbortSignal): Promise<Identity> {
    if (this.#loaded.exec === undefined) return this.#loaded.identity
    const plugin = await this.#plugged()
    return plugin === undefined ? this.#loaded.identity : this.#merge(await plugin.current(signal))
  }

  /** Who to be after the server did not know `refused`; undefined when nothing else is known. Throws as `ready`. */
  async renew(refused: Identity, signal?: AbortSignal): Promise<Identity | undefined> {
    await this.reread()
    if (this.current !== refused) return this.ready(signal)
    if (this.#plugin === undefined || this.#merged === undefined) return undefined
    const credential = await this.#plugin.renew(this.#merged.with, signal)
    return credential === undefined ? undefined : this.#merge(credential)
  }

  get state(): CredentialState {
    if (this.#failure !== undefined) return { ok: false, why: this.#failure }
    const { expiresAt } = this.#loaded
    const now = this.#clock.now()
    const expired = Object.entries(expiresAt).find(([, at]) => at !== undefined && at <= now)
    if (expired === undefined) return { ok: true }
    const [what, at] = expired
    return { ok: true, note: `the ${what} expired at ${new Date(at).toISOString()}` }
  }

  /** When the first of what the files hold expires, in milliseconds of wall time; undefined when they tell no end. */
  get expiresAt(): number | undefined {
    const ends = Object.values(this.#loaded.expiresAt).filter((at) => at !== undefined)
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  /** Reads the files again now; never throws, see `state`. Callers at the same time share one reading. */
  reread(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  /** Follows the files until `signal` is aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    const changed = new Wake(this.#clock)
    const stop = this.#watchFolders(() => changed.wake())
    try {
      while (!signal.aborted) {
        await changed.wait(this.#pollMs, signal)
        await sleep(this.#clock, settleMs, signal).catch(() => undefined)
        if (!signal.aborted) await this.reread()
      }
    } finally {
      stop()
    }
  }

  async #read(): Promise<void> {
    try {
      const loaded = await loadIdentity(this.#source)
      const other = otherServer(this.#loaded.identity, loaded.identity)
      if (other !== undefined) throw new KubeconfigError(other)
      const before = this.#loaded
      const otherPlugin = JSON.stringify(loaded.exec) !== JSON.stringify(before.exec)
      const changed = otherPlugin || JSON.stringify(loaded.identity) !== JSON.stringify(before.identity)
      if (changed) this.#loaded = loaded
      if (otherPlugin) this.#plugin = undefined
      this.#failure = undefined
      this.#tell(changed)
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : 'the credentials cannot be read'
      this.#tell(false)
    }
  }

  /** Ordinary services have no plugin and load nothing for it. */
  async #plugged(): Promise<ExecCredentials | undefined> {
    const [{ ExecCredentials: Plugin }, { runExec }] = await Promise.all([
      import('./exec-credentials.ts'),
      import('./exec-run.ts'),
    ])
    const { exec } = this.#loaded
    if (exec === undefined) return undefined
    this.#plugin ??= new Plugin(
      exec.command,
      () => runExec(exec, this.#loaded.identity, this.#env ?? process.env, this.#clock),
      this.#clock,
    )
    return this.#plugin
  }

  #merge(credential: ExecCredential): Identity {
    const from = this.#loaded.identity
    if (this.#merged?.from !== from || this.#merged.with !== credential) {
      const { token, cert, key } = credential
      const identity = {
        ...from,
        ...(token === undefined ? {} : { token }),
        ...(cert === undefined ? {} : { cert, key }),
      }
      this.#merged = { from, with: credential, identity }
    }
    return this.#merged.identity
  }

  /** What listeners know already is no news, unless something was taken over. */
  #tell(tookOver: boolean): void {
    const { state } = this
    const isKnown = JSON.stringify(state) === JSON.stringify(this.#told)
    this.#told = state
    if (tookOver || !isKnown) for (const listener of this.#listeners) listener(state)
  }

  /** Folders, not files: a mounted Secret is rotated by a renamed link in its folder. */
  #watchFolders(onChange: () => void): () => void {
    const folders = new Set(this.#loaded.files.map((file) => dirname(file)))
    const watchers = [...folders].flatMap((folder) => {
      try {
        const watcher = watch(folder, { persistent: false }, onChange)
        // Watching is only the faster way: the files are read again every `pollMs` as well.
        watcher.on('error', () => watcher.close())
        return [watcher]
      } catch {
        return []
      }
    })
    return () => {
      for (const watcher of watchers) watcher.close()
    }
  }
}

/** Why these are not the same server; undefined when they are, as far as files tell. */
const otherServer = (before: Identity, after: Identity): string | undefined => {
  const [from, to] = [new URL(before.server).href, new URL(after.server).href]
  if (from !== to) return `the files name another server (${to}, not ${from}): a restart is needed`
  if (before.ca === undefined || after.ca === undefined) return undefined
  // Who rotates a CA lets both be trusted for a while; without one in common it is somebody else's.
  const known = certificatesOf(before.ca)
  return certificatesOf(after.ca).some((certificate) => known.includes(certificate))
    ? undefined
    : `the files trust another CA for ${from} than before: a restart is needed`
}

const certificatesOf = (pem: string): readonly string[] =>
  [...pem.matchAll(/-----BEGIN [^-]+-----([^-]*)-----END/g)].map(([, body = '']) => body.replace(/\s/g, ''))
