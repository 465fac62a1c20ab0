import { readFile } from 'node:fs/promises'
import { SecretValue, sleep, type Clock, type Logger } from '@odfmo/controller-kit'
import { certificatePair, type CertificatePair } from './certificate-pair.ts'
import type { CertificateObserver, CertificateSource, ServingCertificate } from './certificate-source.ts'

/** Which files, and with what they are followed. */
export interface CertificateFilesOptions {
  readonly certFile: string
  readonly keyFile: string
  readonly clock: Clock
  readonly logger: Logger
  readonly observer: CertificateObserver
}

/**
 * Between two looks. Two small files a second cost nothing that could be measured, and reading them works on every mount:
 * links that are swapped (as a kubelet does), files written in place, network file systems that tell of no change.
 */
const lookMs = 1000

/** What the two files hold; or why they could not be read. */
type Look = { readonly cert: string; readonly key: string } | { readonly unreadable: string }

/**
 * Certificate and key from two files, read again when they change. They are taken when they belong together: in the middle of
 * a rotation they do not, and then the old ones stay. So nothing is told of what is bad before it has stayed for two looks.
 */
export class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions
  readonly #listeners = new Set<(certificate: ServingCertificate) => void>()
  #current: ServingCertificate | undefined
  #last: Look | undefined
  #problem: string | undefined
  #isTold = true
  /** From when on (milliseconds since the epoch) what was seen last is judged once more. */
  #judgedAgainAt = Number.POSITIVE_INFINITY

  constructor(options: CertificateFilesOptions) {
    this.#options = options
    this.#problem = `${options.certFile} and ${options.keyFile} were not read yet`
  }

  current(): ServingCertificate | undefined {
    return this.#current
  }

  problem(): string | undefined {
    return this.#problem
  }

  subscribe(listener: (certificate: ServingCertificate) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const look = await this.#read(signal)
      if (signal.aborted) return
      this.#judge(look)
      await sleep(this.#options.clock, lookMs, signal).catch(() => undefined)
    }
  }

  async #read(signal: AbortSignal): Promise<Look> {
    const { certFile, keyFile } = this.#options
    try {
      const options = { encoding: 'utf8', signal } as const
      const [cert, key] = await Promise.all([readFile(certFile, options), readFile(keyFile, options)])
      return { cert, key }
    } catch (error) {
      return {
        unreadable: error instanceof Error ? error.message : `${certFile} or ${keyFile} cannot be read`,
      }
    }
  }

  #judge(look: Look): void {
    const { certFile, keyFile, clock } = this.#options
    if (isSame(look, this.#last) && clock.now() < this.#judgedAgainAt) {
      if (!this.#isTold) this.#tell()
      return
    }
    this.#last = look
    const pair: CertificatePair =
      'unreadable' in look
        ? { ok: false, why: look.unreadable }
        : certificatePair(look.cert, new SecretValue(look.key), clock.now())
    this.#isTold = pair.ok
    this.#judgedAgainAt = (pair.ok ? undefined : pair.validFrom?.getTime()) ?? Number.POSITIVE_INFINITY
    this.#problem = pair.ok ? undefined : `${pair.why} (${certFile}, ${keyFile})`
    if (pair.ok) this.#take(pair)
  }

  #take({ certificate, expiresAt }: Extract<CertificatePair, { readonly ok: true }>): void {
    const { cert, key } = certificate
    // What was bad in between may be followed by what is served already.
    if (cert === this.#current?.cert && key.reveal() === this.#current.key.reveal()) return
    this.#current = certificate
    const { certFile, logger } = this.#options
    logger.info({ certFile, expiresAt: expiresAt.toISOString() }, 'took a serving certificate')
    for (const listener of this.#listeners) listener(certificate)
  }

  #tell(): void {
    this.#isTold = true
    const { logger, observer } = this.#options
    const why = this.#problem
    if (this.#current === undefined) logger.warn({ why }, 'waiting for a serving certificate')
    else logger.error({ why }, 'a new serving certificate cannot be taken, the old one stays')
    const isYetToCome = this.#current === undefined && this.#last !== undefined && 'unreadable' in this.#last
    if (!isYetToCome) observer.refused()
  }
}

const isSame = (a: Look, b: Look | undefined): boolean => {
  if (b === undefined) return false
  if ('unreadable' in a || 'unreadable' in b) {
    return 'unreadable' in a && 'unreadable' in b && a.unreadable === b.unreadable
  }
  return a.cert === b.cert && a.key === b.key
}
