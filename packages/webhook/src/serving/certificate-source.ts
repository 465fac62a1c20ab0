import type { InformerStats, SecretValue } from '@odfmo/controller-kit'

/** What the server shows and proves itself with. */
export interface ServingCertificate {
  /** PEM: the server's own certificate first, then those between it and its CA. */
  readonly cert: string
  /** PEM: the private key of the first of `cert`. */
  readonly key: SecretValue
}

/**
 * Where the server's certificate comes from. Whatever it hands out can be served: certificate and key belong together.
 * One that has become bad in the meantime never takes the place of a good one.
 */
export interface CertificateSource {
  /** The newest; undefined as long as there is none. The same object until there is another. */
  current(): ServingCertificate | undefined
  /** What it waits for, as a sentence; undefined when it has what it needs. For `/readyz`. */
  problem(): string | undefined
  /** Called with each one that takes the place of `current()`, the first too; the answer ends it. Must not throw. */
  subscribe(listener: (certificate: ServingCertificate) => void): () => void
  /** What it keeps of a cluster, for metrics; left out: it asks no cluster. */
  caches?(): readonly InformerStats[]
  /**
   * Looks for certificates until `signal` is aborted, then resolves. A certificate that is not there, or bad, is no
   * failure: it goes on looking. Rejects with what nobody can repair by waiting.
   */
  run(signal: AbortSignal): Promise<void>
}

/** Told of what a source finds; for metrics. */
export interface CertificateObserver {
  /** A certificate or key was there and could not be taken. */
  refused(): void
}
