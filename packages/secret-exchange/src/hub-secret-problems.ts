import { contract, type PeerRef } from '@odfmo/api-types'
import { hubSecretName, s3ProfileName, s3SecretName } from '@odfmo/secret-naming'
import { fsidOfToken } from './fsid.ts'
import { peerRefOf, secretDataOf, textOf } from './hub-secret.ts'
import type { KeptHubSecret } from './kept-hub-secret.ts'
import { SecretExchangeError } from './secret-exchange-error.ts'

/** One reason why a secret on the hub is not used. Its message holds nothing of the secret's content. */
export interface SecretProblem {
  /** Stable, CamelCase: fit for a condition's reason. */
  readonly code:
    | 'MissingLabel'
    | 'MissingKey'
    | 'WrongKind'
    | 'WrongOrigin'
    | 'WrongPeerRef'
    | 'WrongName'
    | 'Unreadable'
    | 'TooLarge'
  /** The label or the key of `data` (or, within, of `secret-data`) that is meant. */
  readonly field: string
  readonly message: string
}

/** As it is on the hub, or as `keptHubSecret` keeps it. */
type HubSecret = Pick<KeptHubSecret, 'metadata' | 'data' | 'tooLarge'>
type SecretKind = (typeof contract.secretKind)[keyof typeof contract.secretKind]

const { hubSecretKey: key, label, secretKind, secretOrigin, s3Key } = contract

/** What every secret on the hub must have, of whichever kind: its label and four keys, and no more than fits. */
export const hubSecretProblems = (secret: HubSecret): readonly SecretProblem[] =>
  secret.tooLarge === undefined ? formProblems(secret) : [tooLargeProblem(secret.tooLarge)]

const tooLargeProblem = (bytes: number): SecretProblem =>
  problem(
    'TooLarge',
    'data',
    `it holds ${bytes} bytes, expected at most ${contract.hubSecretBytes}: its content is not looked at`,
  )

const formProblems = (secret: HubSecret): readonly SecretProblem[] => [
  ...(isSecretKind(secret.metadata.labels?.[label.secretType])
    ? []
    : [
        problem(
          'MissingLabel',
          label.secretType,
          `expected the label ${label.secretType} to be BLUE, GREEN or INTERNAL`,
        ),
      ]),
  ...[key.namespace, key.storageClusterName, key.secretData, key.secretOrigin]
    .filter((name) => secret.data?.[name] === undefined)
    .map((name) => problem('MissingKey', name, `the key ${name} is missing`)),
]

/** Why a secret is no blue one that could be copied; empty when it is. It must bear the name of the peer ref it names. */
export const blueSecretProblems = (secret: HubSecret): readonly SecretProblem[] =>
  problemsInTurn(
    () => hubSecretProblems(secret),
    () => kindProblems(secret, secretKind.blue),
    () => originProblems(secret, secretOrigin.rook),
    () => ownNameProblems(secret),
    () => emptyProblems(secret, [key.secretData]),
  )

/** Why a secret is no green one that could go to its spoke; empty when it is. */
export const greenSecretProblems = (secret: HubSecret): readonly SecretProblem[] =>
  problemsInTurn(
    () => hubSecretProblems(secret),
    () => kindProblems(secret, secretKind.green),
    () => emptyProblems(secret, [key.namespace, key.storageClusterName, key.secretData]),
    () => unreadableProblems(secret),
  )

/** Why a secret is not the S3 secret of this peer ref; empty when it is. Another cluster's agent could have written it. */
export const s3SecretProblems = (secret: HubSecret, ref: PeerRef): readonly SecretProblem[] =>
  problemsInTurn(
    () => hubSecretProblems(secret),
    () => kindProblems(secret, secretKind.internal),
    () => originProblems(secret, secretOrigin.s3),
    () => [...peerRefProblems(secret, ref), ...nameProblems(secret, s3SecretName(ref))],
    () => unreadableProblems(secret),
    () => s3ContentProblems(secret, ref),
  )

/** Why a secret is not the external Ceph's of this peer ref; empty when it is. */
export const externalSecretProblems = (secret: HubSecret, ref: PeerRef): readonly SecretProblem[] =>
  problemsInTurn(
    () => hubSecretProblems(secret),
    () => kindProblems(secret, secretKind.internal),
    () => originProblems(secret, secretOrigin.rook),
    () => [...peerRefProblems(secret, ref), ...nameProblems(secret, hubSecretName(ref))],
    () => unreadableProblems(secret),
    () => {
      const { fsid } = contract.cephMonKey
      return fsidOfToken(secret) === undefined
        ? [problem('MissingKey', fsid, `secret-data has no ${fsid}`)]
        : []
    },
  )

/** Later checks make no sense on what failed the earlier ones. */
const problemsInTurn = (...checks: readonly (() => readonly SecretProblem[])[]): readonly SecretProblem[] => {
  for (const check of checks) {
    const problems = check()
    if (problems.length > 0) return problems
  }
  return []
}

const emptyProblems = (secret: HubSecret, names: readonly string[]): readonly SecretProblem[] =>
  names
    .filter((name) => (textOf(secret, name) ?? '') === '')
    .map((name) => problem('MissingKey', name, `the key ${name} is empty`))

const kindProblems = (secret: HubSecret, wanted: SecretKind): readonly SecretProblem[] =>
  secret.metadata.labels?.[label.secretType] === wanted
    ? []
    : [problem('WrongKind', label.secretType, `expected a ${wanted} secret`)]

const originProblems = (secret: HubSecret, wanted: string): readonly SecretProblem[] =>
  textOf(secret, key.secretOrigin) === wanted
    ? []
    : [problem('WrongOrigin', key.secretOrigin, `expected ${key.secretOrigin} to be ${wanted}`)]

const ownNameProblems = (secret: HubSecret): readonly SecretProblem[] => {
  const ref = peerRefOf(secret)
  return ref === undefined
    ? [problem('WrongPeerRef', key.namespace, `${key.namespace} or ${key.storageClusterName} is empty`)]
    : nameProblems(secret, hubSecretName(ref))
}

const nameProblems = ({ metadata }: HubSecret, wanted: string): readonly SecretProblem[] =>
  metadata.name === wanted
    ? []
    : [problem('WrongName', 'metadata.name', `expected the name ${wanted}, which its peer ref has`)]

const peerRefProblems = (secret: HubSecret, ref: PeerRef): readonly SecretProblem[] => {
  const expected = [
    [key.namespace, ref.storageClusterRef.namespace],
    [key.storageClusterName, ref.storageClusterRef.name],
  ] as const
  return [
    ...(secret.metadata.namespace === ref.clusterName
      ? []
      : [problem('WrongPeerRef', 'metadata.namespace', `expected the namespace of ${ref.clusterName}`)]),
    ...expected
      .filter(([name, wanted]) => textOf(secret, name) !== wanted)
      .map(([name, wanted]) => problem('WrongPeerRef', name, `expected ${name} to be ${wanted}`)),
  ]
}

const unreadableProblems = (secret: HubSecret): readonly SecretProblem[] => {
  try {
    secretDataOf(secret)
    return []
  } catch (error) {
    if (error instanceof SecretExchangeError) return [problem('Unreadable', key.secretData, error.message)]
    throw error
  }
}

const s3ContentProblems = (secret: HubSecret, ref: PeerRef): readonly SecretProblem[] => {
  const data = secretDataOf(secret)
  const missing = Object.values(s3Key)
    .filter((name) => (data[name] ?? '') === '')
    .map((name) => problem('MissingKey', name, `secret-data has no ${name}`))
  if (missing.length > 0) return missing
  const profile = s3ProfileName(ref)
  return textOf({ data }, s3Key.profileName) === profile
    ? []
    : [problem('WrongPeerRef', s3Key.profileName, `expected ${s3Key.profileName} to be ${profile}`)]
}

const isSecretKind = (value: string | undefined): boolean =>
  Object.values<string | undefined>(secretKind).includes(value)

const problem = (code: SecretProblem['code'], field: string, message: string): SecretProblem => ({
  code,
  field,
  message,
})
