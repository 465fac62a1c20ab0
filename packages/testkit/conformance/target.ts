import type { Provider, UserIdentity } from '../src/cluster.ts'

/** A server that the suite runs against. */
export interface Target {
  readonly provider: Provider
  readonly url: string
  /** Whether identities come by client certificate, not by impersonation. */
  readonly givesCertificates: boolean
  /** Path of the program; undefined where there is none of the version that is recorded. */
  readonly kubectl: string | undefined
  kubeconfig(identity?: UserIdentity): string
  /** Takes away the history of changes up to now; undefined where that cannot be asked for. */
  readonly compact?: () => Promise<void>
  stop(): Promise<void>
}
