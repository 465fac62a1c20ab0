/** A file with its digest, as in-toto names it. */
export interface Subject {
  readonly name: string
  readonly sha256: string
}

interface ProvenanceInput {
  readonly subjects: readonly Subject[]
  /** The commit that was packed, in hexadecimal. */
  readonly commit: string
  /** Files that were changed and not committed; none, for a release that is meant for others. */
  readonly uncommitted: readonly string[]
  /** Where the source is, as a URI for people and programs to fetch it; undefined when nobody said. */
  readonly source?: string
  /** Who built it, as a URI. */
  readonly builder: string
  /** Of pnpm-lock.yaml, in hexadecimal: every dependency with its digest. */
  readonly lockfileSha256: string
  /** Programs that built it, with their versions. */
  readonly tools: Readonly<Record<string, string>>
}

/** What `npm run release -- pack` does, described in CONTRIBUTING.md. */
const buildType = 'urn:odfmo:build:release-pack:v1'

/** A statement of in-toto with a predicate of SLSA provenance, both in version 1. */
export interface Statement {
  readonly _type: 'https://in-toto.io/Statement/v1'
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicateType: 'https://slsa.dev/provenance/v1'
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string
      readonly externalParameters: Readonly<Record<string, unknown>>
      readonly internalParameters: Readonly<Record<string, unknown>>
      readonly resolvedDependencies: readonly ResourceDescriptor[]
    }
    readonly runDetails: { readonly builder: { readonly id: string } }
  }
}

interface ResourceDescriptor {
  readonly name: string
  readonly uri?: string
  readonly digest: Readonly<Record<string, string>>
}

/** From what the files were made. Not signed: it says what was done, and proves it to nobody. */
export function provenance(input: ProvenanceInput): Statement {
  const { subjects, commit, uncommitted, source, builder, lockfileSha256, tools } = input
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: { command: 'npm run release -- pack' },
        internalParameters: { tools, ...(uncommitted.length === 0 ? {} : { uncommitted }) },
        resolvedDependencies: [
          { name: 'source', ...(source === undefined ? {} : { uri: source }), digest: { gitCommit: commit } },
          { name: 'pnpm-lock.yaml', digest: { sha256: lockfileSha256 } },
        ],
      },
      runDetails: { builder: { id: builder } },
    },
  }
}
