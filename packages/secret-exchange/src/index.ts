// The wrapped secret
export { decodeSecretData, encodeSecretData, type SecretData } from './secret-data.ts'

// From a spoke to the hub
export { rookHubSecret, type RookHubSecretInput } from './rook-hub-secret.ts'
export { s3HubSecret, type S3HubSecretInput } from './s3-hub-secret.ts'

// From the hub to a spoke
export { greenSecret, type GreenSecretInput } from './green-secret.ts'
export { spokeSecret } from './spoke-secret.ts'

// From the hub to Ramen
export {
  ramenFsidSecret,
  ramenS3Profile,
  ramenS3Secret,
  type RamenS3Profile,
  type RamenSecretInput,
} from './ramen-secrets.ts'

// Reading and judging
export { fsidOfToken } from './fsid.ts'
export { peerRefOf } from './hub-secret.ts'
export { keptHubSecret, type KeptHubSecret } from './kept-hub-secret.ts'
export {
  blueSecretProblems,
  externalSecretProblems,
  greenSecretProblems,
  hubSecretProblems,
  s3SecretProblems,
  type SecretProblem,
} from './hub-secret-problems.ts'
export { SecretExchangeError, type SecretExchangeErrorCode } from './secret-exchange-error.ts'

// The kinds of secrets that are exchanged
export { handlers } from './handlers.ts'
export type {
  HubSecretInput,
  HubSecretResult,
  SecretExchangeHandler,
  SourceMatch,
  SpokeReader,
  SpokeSourceKind,
} from './secret-exchange-handler.ts'
