/** What was measured of the original's agent, on a real control plane with two cores. */
export const original = {
  /** In one run; in another it was not reached in 420 s. */
  exchangedSeconds: 328,
  firstCopyMs: 870,
  /** Token changed on one spoke → copy on the other; the median, three processes. */
  rotatedMs: 39,
  idleMiB: 66,
  /** By the number of secrets that are nobody's. */
  beside: { 20_000: { meanwhileMiB: 133, restartedMiB: 185 } } as Readonly<
    Record<number, { readonly meanwhileMiB: number; readonly restartedMiB: number } | undefined>
  >,
}
