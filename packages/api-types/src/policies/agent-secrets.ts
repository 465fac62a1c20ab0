import { contract } from '../contract.ts'
import { kinds } from '../kinds.ts'
import { agentPolicy } from './agent-policy.ts'

/*
 * What a Role cannot say. One that may create Secrets could make itself a token of any service account of the namespace,
 * one that may update them could rewrite those of others (the klusterlet's, the hub's green copies), and a finalizer or
 * an owner reference would hold up the removal of the namespace or of the owner. Agents of every age write Secrets of one
 * type, labelled BLUE or INTERNAL, with neither.
 *
 * Not looked at: DELETE (an agent makes anew what has the wrong type, as a type cannot be changed), data, annotations and
 * foreign labels (an update by an agent of the original carries along what others have put there).
 */

const { secretType, secretKind, label, group } = contract

const kept = (field: 'finalizers' | 'ownerReferences'): string =>
  `object.metadata.?${field}.orValue([]) == (oldObject == null ? [] : oldObject.metadata.?${field}.orValue([]))`

const labelOf = (object: string): string => `${object}.metadata.?labels[?'${label.secretType}']`

/** Agents create and change Secrets of their own type in their own cluster's namespace only. */
export const agentSecrets = agentPolicy({
  name: `agent-secrets.${group}`,
  kind: kinds.Secret,
  operations: ['CREATE', 'UPDATE'],
  rules: [
    {
      holds: `object.?type.orValue('${secretType.hub}') == '${secretType.agent}'`,
      else: `'type: the agent of ' + variables.cluster + ' may create and change only Secrets of type ${secretType.agent}, not ' + object.?type.orValue('${secretType.hub}')`,
    },
    {
      holds: 'request.namespace == variables.cluster',
      else: "'metadata.namespace: the agent of ' + variables.cluster + ' may write Secrets in the namespace ' + variables.cluster + ' only'",
    },
    {
      // GREEN says that the hub wrote it.
      holds: `${labelOf('object')}.orValue('${secretKind.blue}') in ['${secretKind.blue}', '${secretKind.internal}']`,
      else: `'metadata.labels: a Secret of the agent of ' + variables.cluster + ' has the label ${label.secretType} ${secretKind.blue} or ${secretKind.internal}'`,
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
