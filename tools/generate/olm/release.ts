import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { releaseVersion } from '../../command/release-version.ts'
import { root } from '../../command/root.ts'

/** The package's name is the original's: who has subscribed to that is offered this one. */
export const packageName = 'odf-multicluster-orchestrator'

/** What one bundle is of. */
export interface Release {
  /** `1.2.3` */
  readonly version: string
  /** Of the bundle before, when there is one: OLM calls it replaced. */
  readonly previous?: string
}

const changelog = path.join(root, 'packages/hub-controller/CHANGELOG.md')

/** The version before another one in a changelog, whose first heading is the newest; undefined: there is none. */
export const versionBefore = (version: string, text: string): string | undefined => {
  const versions = [...text.matchAll(/^## (\d+\.\d+\.\d+\S*)$/gm)].map(([, heading]) => heading)
  return versions[versions.indexOf(version) + 1]
}

/** The release that this checkout is of. */
export const thisRelease: Release = releaseOf(
  releaseVersion,
  existsSync(changelog) ? versionBefore(releaseVersion, readFileSync(changelog, 'utf8')) : undefined,
)

/** A release after another one, if there was any. */
export function releaseOf(version: string, previous: string | undefined): Release {
  return { version, ...(previous === undefined ? {} : { previous }) }
}

/** The name of the ClusterServiceVersion of a version, which is that of its bundle too. */
export const csvName = (version: string): string => `${packageName}.v${version}`

const majorOf = ({ version }: Release): number => Number.parseInt(version, 10)

/** Subscribers of a channel stay within a major version; nothing below 1.0 is stable. */
export const channelOf = (release: Release): string =>
  `${majorOf(release) === 0 ? 'candidate' : 'stable'}-v${majorOf(release)}`

/** How far the project is, as catalogs say it. */
export const maturityOf = (release: Release): string => (majorOf(release) === 0 ? 'alpha' : 'stable')

/**
 * What may be upgraded to a release in one step: every one before it, and the original's 4.x. OLM compares no versions, so it
 * does not matter that theirs are higher; `-0` takes in pre-releases, as all of theirs are (`4.18.3-rhodf`).
 */
export const skipRangeOf = ({ version }: Release): string => `<${version} || >=4.0.0-0 <5.0.0-0`
