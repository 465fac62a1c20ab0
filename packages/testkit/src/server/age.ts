/** `3m`, `2d5h`: how long ago a timestamp was, as kubectl's tables have it. */
export const ageOf = (timestamp: unknown, now: number): string => {
  const then = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  if (Number.isNaN(then)) return '<unknown>'
  const seconds = Math.trunc((now - then) / 1_000)
  // clocks may differ a little
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`
  if (days < 2 * 365) return `${days}d`
  const years = Math.floor(days / 365)
  return days < 8 * 365 && days % 365 > 0 ? `${years}y${days % 365}d` : `${years}y`
}
