import { contract, type Secret } from '@odfmo/api-types'

/** A hub secret as caches keep it. */
export interface KeptHubSecret extends Secret {
  /** How large it was, in bytes of its JSON, when that was too much: then it is here without its content. */
  readonly tooLarge?: number
}

/** Of the names of its keys, as many are kept, so that whoever writes the secret can take away what is not wanted. */
const mostKeys = 100

/**
 * A hub secret as caches should keep it: as it is, or without its content where it is larger than any can be
 * (`contract.hubSecretBytes`). Whoever may write Secrets in one namespace must not fill the memory of those who read them.
 */
export const keptHubSecret = (secret: Secret): KeptHubSecret => {
  const tooLarge = bytesOf(secret)
  if (tooLarge <= contract.hubSecretBytes) return secret
  const { apiVersion, kind, type, data = {} } = secret
  const { namespace, name, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, annotations } =
    secret.metadata
  return given({
    apiVersion,
    kind,
    type,
    tooLarge,
    metadata: given({
      namespace,
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      deletionTimestamp,
      labels: only(labels, contract.label.secretType),
      annotations: only(annotations, contract.annotation.agentClusterUid),
    }),
    data: Object.fromEntries(
      Object.keys(data)
        .slice(0, mostKeys)
        .map((key) => [key, '']),
    ),
  })
}

/** Its data, and what others may write on it; about what it takes as JSON, without writing that down. */
const bytesOf = ({ metadata, data }: Secret): number =>
  sizeOf(data) + sizeOf(metadata.labels) + sizeOf(metadata.annotations)

const sizeOf = (texts: Readonly<Record<string, string>> = {}): number => {
  let size = 0
  for (const key in texts) size += key.length + (texts[key]?.length ?? 0)
  return size
}

/** One of them, unless it is itself what is too large. */
const only = (
  texts: Readonly<Record<string, string>> | undefined,
  key: string,
): Readonly<Record<string, string>> | undefined => {
  const value = texts?.[key]
  return value === undefined || value.length > longestText ? undefined : { [key]: value }
}

/** A label's value has 63 characters at most, a uid 36. */
const longestText = 63

const given = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
