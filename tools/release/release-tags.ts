import { execFileSync } from 'node:child_process'
import { releasedPackages } from './released-packages.ts'
import { unreleased } from './release-problems.ts'

/** The tags that the versions in the repository at `root` should have: one for the services, one for each library. */
function releaseTags(root: string): readonly string[] {
  const packages = releasedPackages(root).filter(({ version }) => version !== unreleased)
  const tags = packages.map(({ isLibrary, name, version }) =>
    isLibrary ? `${name}@${version}` : `v${version}`,
  )
  return [...new Set(tags)]
}

/** Puts those that are not there yet on the commit that is checked out; answers them. */
export function tagRelease(root: string): readonly string[] {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' })
  const there = git('tag', '--list').split('\n')
  const missing = releaseTags(root).filter((tag) => !there.includes(tag))
  for (const tag of missing) git('tag', '--annotate', '--message', tag, tag)
  return missing
}
