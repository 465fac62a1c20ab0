import type { KubeObject } from '../meta.ts'

/** certificates.k8s.io/v1 CertificateSigningRequestCondition; approving and denying append one. */
export interface CertificateSigningRequestCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastUpdateTime?: string
  readonly lastTransitionTime?: string
}

/** certificates.k8s.io/v1 CertificateSigningRequest. */
export interface CertificateSigningRequest extends KubeObject {
  readonly spec: {
    /** Base64 of the PEM text. */
    readonly request: string
    readonly signerName: string
    readonly usages?: readonly string[]
    readonly expirationSeconds?: number
    /** Set by the API server: who asked. */
    readonly username?: string
    readonly uid?: string
    readonly groups?: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
  readonly status?: {
    readonly conditions?: readonly CertificateSigningRequestCondition[]
    /** Base64 of PEM certificates, once signed. */
    readonly certificate?: string
  }
}
