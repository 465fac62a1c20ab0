import { execFileSync } from 'node:child_process'

/** The commit that is checked out in a repository. */
export interface Source {
  readonly commit: string
  readonly committed: Date
  /** Tracked files that are changed, and files that nobody tracks or ignores. */
  readonly uncommitted: readonly string[]
}

/** Asks git. Throws where there is no commit. */
export function readSource(root: string): Source {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd()
  const status = git('status', '--porcelain', '--untracked-files=all')
  return {
    commit: git('rev-parse', 'HEAD'),
    committed: new Date(git('show', '--no-patch', '--format=%cI', 'HEAD')),
    uncommitted: status === '' ? [] : status.split('\n').map((line) => line.slice(3)),
  }
}
