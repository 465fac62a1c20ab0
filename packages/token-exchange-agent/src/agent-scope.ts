import type { SecretExchangeHandler, SourceMatch } from '@odfmo/secret-exchange'

/** Whose agent this is, and where it looks: known when the process starts. */
export interface AgentScope {
  readonly clusterName: string
  /** Where the agent itself lives on the spoke. */
  readonly installNamespace: string
  /** Where bucket claims go; undefined: beside their StorageCluster. */
  readonly odrNamespace: string | undefined
  readonly match: SourceMatch
  /** The kinds of secrets that it exchanges: those of the registry. */
  readonly handlers: readonly SecretExchangeHandler[]
}
