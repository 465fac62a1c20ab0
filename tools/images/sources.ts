import { execFileSync } from 'node:child_process'
import { root } from '../command/root.ts'

/** Which sources an image is made from. */
export interface Sources {
  /** The commit, with `-dirty` when files differ from it; `unknown` outside of a repository. */
  readonly revision: string
  /** `SOURCE_DATE_EPOCH`, or the time of the commit, else the beginning of 1970. */
  readonly madeAt: Date
}

/** @throws Error when `SOURCE_DATE_EPOCH` is no number of seconds. */
export const sources = (env: Readonly<Record<string, string | undefined>>): Sources => {
  const head = git('rev-parse', 'HEAD')
  const isDirty = head !== undefined && git('status', '--porcelain') !== ''
  const epoch = env['SOURCE_DATE_EPOCH'] ?? git('log', '-1', '--format=%ct') ?? '0'
  if (!/^\d{1,11}$/.test(epoch))
    throw new Error(`SOURCE_DATE_EPOCH: expected seconds since 1970, got ${JSON.stringify(epoch)}`)
  return {
    revision: head === undefined ? 'unknown' : `${head}${isDirty ? '-dirty' : ''}`,
    madeAt: new Date(Number(epoch) * 1000),
  }
}

const git = (...args: readonly string[]): string | undefined => {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined // no git, or no repository: in a build stage, or an archive
  }
}
