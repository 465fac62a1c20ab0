import { contract } from '../contract.ts'
import { kinds } from '../kinds.ts'
import { agentPolicy } from './agent-policy.ts'

/*
 * What a Role cannot say. One that may create Secrets could make itself a token of any service account of the namespace,
 * one that may update them could rewrite those of others (the klusterlet's, the hub's green copies), one under a name or
 * with a label that other software looks for would be taken for that software's, and a finalizer or an owner reference would
 * hold up the removal of the namespace or of the owner. Agents of every age write Secrets of one type, named by a hash,
 * labelled BLUE or INTERNAL, with neither; ours note on them the cluster that they come from. Later releases of the original
 * than the one that the contract describes label them for backup and as made by the exchange, and note of an S3 secret its
 * claim and its MirrorPeer: a fleet has agents of several ages.
 *
 * Not looked at: which peer ref the name is of, and what is in it. The hub reads both with care.
 */

const { createdBy, secretType, secretKind, label, annotation, group, hubSecretBytes } = contract

const kept = (field: 'finalizers' | 'ownerReferences'): string =>
  `object.metadata.?${field}.orValue([]) == (oldObject == null ? [] : oldObject.metadata.?${field}.orValue([]))`

const labelOf = (object: string): string => `${object}.metadata.?labels[?'${label.secretType}']`

/** An update may carry along what others have put there, and an agent of the original drops it. `own`: CEL over `k`. */
const ownOnly = (field: 'labels' | 'annotations', own: string): string =>
  `object.metadata.?${field}.orValue({}).all(k, ${own} || oldObject != null && oldObject.metadata.?${field}[?k] == optional.of(object.metadata.${field}[k]))`

/** A value of `created-by` that is another's would make the Secret that one's. */
const ownLabels = [
  `k == '${label.secretType}'`,
  `k == '${label.backup}' && object.metadata.labels[k] == ''`,
  `k == '${label.createdBy}' && object.metadata.labels[k] == '${createdBy.tokenExchange}'`,
].join(' || ')

const originalsAnnotations = ['obc-name', 'obc-type', 'mirrorpeer'].map((name) => `${group}/${name}`)
const ownAnnotations = `k in ['${[annotation.agentClusterUid, ...originalsAnnotations].join("', '")}']`

/** What is measured, as far as CEL goes: to look into thousands of keys costs more than a server allows. */
const measured = ['?data', 'metadata.?labels', 'metadata.?annotations'].map(
  (field) => `object.${field}.orValue({})`,
)
const mostEntries = 100
const bytesOf = (texts: string): string =>
  `${texts}.map(k, k.size()).sum() + ${texts}.map(k, ${texts}[k].size()).sum()`

/** First characters of a SHA-512, as `hubSecretName` and `s3SecretName` have it. */
const hashName = '^[0-9a-f]{39}$'

const ofItsType = (object: string): string => `${object}.?type.orValue('') == '${secretType.agent}'`

/** Agents create and change Secrets of their own type in their own cluster's namespace only. */
export const agentSecrets = agentPolicy({
  name: `agent-secrets.${group}`,
  kind: kinds.Secret,
  operations: ['CREATE', 'UPDATE'],
  rules: [
    {
      holds: ofItsType('object'),
      else: `'type: the agent of ' + variables.cluster + ' may create and change only Secrets of type ${secretType.agent}, not ' + object.?type.orValue('${secretType.hub}')`,
    },
    {
      holds: 'request.namespace == variables.cluster',
      else: "'metadata.namespace: the agent of ' + variables.cluster + ' may write Secrets in the namespace ' + variables.cluster + ' only'",
    },
    {
      // Without it the hub does not see the Secret; GREEN says that the hub wrote it.
      holds: `${labelOf('object')}.orValue('') in ['${secretKind.blue}', '${secretKind.internal}']`,
      else: `'metadata.labels: a Secret of the agent of ' + variables.cluster + ' has the label ${label.secretType} ${secretKind.blue} or ${secretKind.internal}'`,
    },
    {
      holds: ownOnly('labels', ownLabels),
      else: `'metadata.labels: the agent of ' + variables.cluster + ' may set no other label of a Secret than ${label.secretType}'`,
    },
    {
      holds: ownOnly('annotations', ownAnnotations),
      else: `'metadata.annotations: the agent of ' + variables.cluster + ' may set no other annotation of a Secret than ${annotation.agentClusterUid}'`,
    },
    {
      holds: `object.metadata.name.matches('${hashName}')`,
      else: "'metadata.name: a Secret of the agent of ' + variables.cluster + ' is named by 39 hexadecimal characters, the hash of its StorageCluster'",
    },
    {
      holds: [
        ...measured.map((texts) => `${texts}.size() <= ${mostEntries}`),
        `${measured.map(bytesOf).join(' + ')} <= ${hubSecretBytes}`,
      ].join(' && '),
      else: `'data: a Secret of the agent of ' + variables.cluster + ' has at most ${hubSecretBytes} bytes of data, labels and annotations, at most ${mostEntries} of each'`,
    },
    {
      holds: kept('finalizers'),
      else: "'metadata.finalizers: the agent of ' + variables.cluster + ' may not change the finalizers of a Secret'",
    },
    {
      holds: kept('ownerReferences'),
      else: "'metadata.ownerReferences: the agent of ' + variables.cluster + ' may not change the owners of a Secret'",
    },
  ],
})

/**
 * Agents delete what agents write, and nothing else that is in their cluster's namespace. A Secret of another type that has a
 * name of theirs they make anew, as a type cannot be changed; unless it is the hub's copy of another cluster's.
 */
export const agentSecretDeletions = agentPolicy({
  name: `agent-secret-deletions.${group}`,
  kind: kinds.Secret,
  operations: ['DELETE'],
  rules: [
    {
      holds: 'request.namespace == variables.cluster',
      else: "'metadata.namespace: the agent of ' + variables.cluster + ' may delete Secrets in the namespace ' + variables.cluster + ' only'",
    },
    {
      holds: `${ofItsType('oldObject')} || oldObject.metadata.name.matches('${hashName}') && ${labelOf('oldObject')}.orValue('') != '${secretKind.green}'`,
      else: `'type: the agent of ' + variables.cluster + ' may delete only Secrets of type ${secretType.agent}, not ' + oldObject.?type.orValue('${secretType.hub}')`,
    },
  ],
})
