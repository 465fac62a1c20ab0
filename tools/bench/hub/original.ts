/** What was measured of the original, on a real control plane with two cores. */
interface Original {
  readonly exchangedSeconds: number
  readonly lastWriteSeconds: number
  readonly cpuSeconds: number
  readonly requests: number
  readonly perMinuteQuiet: number
  readonly idleMiB: number
  readonly peakMiB: number
  readonly restartRequests: number
  readonly firstWriteAfterRestartSeconds: number
}

/** By the number of MirrorPeers, each with two clusters of its own and no agents. */
export const original: Readonly<Record<number, Original>> = {
  10: {
    exchangedSeconds: 1.1,
    lastWriteSeconds: 12,
    cpuSeconds: 0.4,
    requests: 472,
    perMinuteQuiet: 58,
    idleMiB: 64,
    peakMiB: 74,
    restartRequests: 281,
    firstWriteAfterRestartSeconds: 17,
  },
  100: {
    exchangedSeconds: 20.5,
    lastWriteSeconds: 121,
    cpuSeconds: 12.9,
    requests: 4426,
    perMinuteQuiet: 60,
    idleMiB: 67,
    peakMiB: 98,
    restartRequests: 1111,
    firstWriteAfterRestartSeconds: 19,
  },
  300: {
    exchangedSeconds: 244,
    lastWriteSeconds: 361,
    cpuSeconds: 241,
    requests: 13_379,
    perMinuteQuiet: 62,
    idleMiB: 74,
    peakMiB: 144,
    restartRequests: 2628,
    firstWriteAfterRestartSeconds: 17,
  },
}

/** A changed blue secret until it is green, whatever the number; start to ready and to the first write. */
export const originalMs = { rotated: 10, ready: 72, firstWrite: 606 }
