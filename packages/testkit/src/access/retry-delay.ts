/** How long to wait after so many failures in a row: doubling, with jitter of up to a quarter. `random` in [0, 1). */
export const retryDelayMs = (failures: number, random: number, firstMs = 100, mostMs = 10_000): number =>
  Math.min(firstMs * 2 ** Math.max(failures - 1, 0), mostMs) * (1 + random / 4)
