import type { Clock } from '../clock/clock.ts'

/** How fast a body comes. */
export interface Pace {
  readonly clock: Pick<Clock, 'after'>
  readonly bytesPerSecond: number
}

/** Pieces come this often, unless a byte takes longer. */
const pieceMs = 100

/** Writes a body piece by piece, the first at once; the answer ends that. */
export const sendSlowly = (
  content: Buffer,
  { clock, bytesPerSecond }: Pace,
  write: (piece: Buffer) => void,
  end: () => void,
): (() => void) => {
  const size = Math.max(1, Math.floor((bytesPerSecond * pieceMs) / 1_000))
  const everyMs = (size / bytesPerSecond) * 1_000
  let sent = 0
  let cancel = (): void => undefined
  const next = (): void => {
    write(content.subarray(sent, sent + size))
    sent += size
    if (sent >= content.length) end()
    else cancel = clock.after(everyMs, next)
  }
  next()
  return () => cancel()
}
