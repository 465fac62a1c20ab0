import { releaseVersion } from '../../command/release-version.ts'

/** The package's name is the original's: who has subscribed to that is offered this one. */
export const packageName = 'odf-multicluster-orchestrator'

/** What one bundle is of. */
export interface Release {
  /** `1.2.3` */
  readonly version: string
  /** That of the bundle before in the same channel, when there is one. */
  readonly previous?: string
}

/** The release that this checkout is of. */
export const thisRelease: Release = { version: releaseVersion }

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
