import type { Progress } from '../chain/progress.ts'

export interface MirrorPeerResult {
  readonly name: string
  readonly phase: string
  readonly ready: boolean
  /** From its creation to its first `ExchangedSecret`; null when that never came. */
  readonly ms: number | null
}

/** Everything the demo found out; what is printed is computed from it. */
export interface DemoResult {
  /** Every MirrorPeer is `ExchangedSecret` and all it entails holds, and what was asked for on top came true. */
  readonly ok: boolean
  /** What did not come true, a sentence each. */
  readonly failures: readonly string[]
  readonly provider: string
  readonly mirrorPeers: readonly MirrorPeerResult[]
  readonly progress: readonly Progress[]
  /** All objects but Events, per cluster, when everything was there: `resource namespace/name`. */
  readonly objects: Readonly<Record<string, readonly string[]>>
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Writes other than of Leases in the watched time; null when none was asked for. */
  readonly writesWhenQuiet: number | null
  readonly memoryMiB: Readonly<Record<string, number>>
  readonly kubeconfigs: Readonly<Record<string, string>>
  readonly ms: number
}
