/** How long a crashed container waits before it is started again. */
export interface RestartBackOff {
  /** After the second crash; the first restart is at once. Default 10 s, as the kubelet. */
  readonly firstMs: number
  /** Default 5 minutes. */
  readonly mostMs: number
}

export const kubeletBackOff: RestartBackOff = { firstMs: 10_000, mostMs: 300_000 }

/** A container that ran this long begins anew. */
const forgottenAfter = 2

/** How many crashes count, now that one more has come after a run of `ranMs`. */
export const crashesAfter = (crashes: number, ranMs: number, { mostMs }: RestartBackOff): number =>
  ranMs >= forgottenAfter * mostMs ? 1 : crashes + 1

export const restartDelayMs = (crashes: number, { firstMs, mostMs }: RestartBackOff): number =>
  crashes <= 1 ? 0 : Math.min(firstMs * 2 ** (crashes - 2), mostMs)
