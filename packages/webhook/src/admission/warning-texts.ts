import type { MirrorPeerProblem, MirrorPeerWarning } from '@odfmo/api-types'

/** The API server passes on 4 KiB of warnings in all. */
export const mostWarnings = 16

/** Warnings as kubectl prints them after `Warning: `; both webhooks say the same, and the API server passes it on once. */
export const warningTexts = (
  warnings: readonly MirrorPeerWarning[],
  most: number = mostWarnings,
): readonly string[] => {
  const texts = warnings.slice(0, most).map(({ path, message }) => `${path}: ${message}`)
  const untold = warnings.slice(most).reduce((sum, { count = 1 }) => sum + count, 0)
  return untold === 0 ? texts : [...texts, `and ${untold} more of this kind`]
}

/** Beside the refusal that follows, nobody reads more. */
const mostProblems = 5
/** Bytes, to which the API server cuts each warning when there are many. */
const longestText = 256

/**
 * What is wrong, as warnings: a schema refuses in words of its own (`should match '^\d+[mhd]$'`) before the validating webhook
 * is asked, and what the mutating one says reaches the user all the same. In ASCII, for it goes by a header.
 */
export const problemTexts = (problems: readonly MirrorPeerProblem[]): readonly string[] => {
  const isAll = problems.length <= mostProblems
  const told = isAll ? problems : problems.slice(0, mostProblems - 1)
  const texts = told.map(({ path, message }) => shortened(path === '' ? message : `${path}: ${message}`))
  return isAll ? texts : [...texts, `and ${problems.length - told.length} more that is wrong`]
}

const shortened = (text: string): string => {
  const plain = text
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x7e]/g, (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'))
  return plain.length > longestText ? `${plain.slice(0, longestText - 3)}...` : plain
}
