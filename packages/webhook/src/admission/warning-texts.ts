import type { MirrorPeerWarning } from '@odfmo/api-types'

/** The API server passes on 4 KiB of warnings in all. */
const mostWarnings = 16

/** Warnings as kubectl prints them after `Warning: `; both webhooks say the same, and the API server passes it on once. */
export const warningTexts = (warnings: readonly MirrorPeerWarning[]): readonly string[] => {
  const texts = warnings.slice(0, mostWarnings).map(({ path, message }) => `${path}: ${message}`)
  const untold = warnings.slice(mostWarnings).reduce((sum, { count = 1 }) => sum + count, 0)
  return untold === 0 ? texts : [...texts, `and ${untold} more of this kind`]
}
