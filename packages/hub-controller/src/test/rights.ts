import {
  contract,
  kinds,
  type CertificateSigningRequest,
  type ClusterRole,
  type PolicyRule,
  type Role,
} from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { Cluster, RequestRecord } from '@odfmo/testkit'
import { list } from './hub-cluster.ts'

/** One verb on one resource, as a role gives it. */
export interface Right {
  /** Of a Role; undefined: on the whole cluster. */
  readonly namespace: string | undefined
  /** `drclusters.ramendr.openshift.io`, `managedclusteraddons.addon.open-cluster-management.io/status`. */
  readonly resource: string
  readonly verb: string
  /** Undefined: whatever its name. */
  readonly name: string | undefined
}

export const rightText = ({ namespace, resource, verb, name }: Right): string =>
  [
    verb,
    resource,
    ...(name === undefined ? [] : [name]),
    ...(namespace === undefined ? [] : [`in ${namespace}`]),
  ].join(' ')

/** Everything that the rules say, verb by verb. */
export const rightsOf = (rules: readonly PolicyRule[] = [], namespace?: string): readonly Right[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          (resourceNames ?? [undefined]).map((name) => ({
            namespace,
            resource: resourceText(group, resource),
            verb,
            name,
          })),
        ),
      ),
    ),
  )

/** As the journal has it. */
const resourceText = (group: string, resource: string): string => {
  const [plural = '', subresource] = resource.split('/')
  const whole = group === '' ? plural : `${plural}.${group}`
  return subresource === undefined ? whole : `${whole}/${subresource}`
}

/** Whether the request needed this right. A list of one name is recorded without it, and is allowed by it alone. */
export const isFor = ({ namespace, resource, verb, name }: Right, request: RequestRecord): boolean =>
  request.resource === resource &&
  request.verb === verb &&
  (namespace === undefined || request.namespace === namespace) &&
  (name === undefined || request.name === name || request.verb === 'list' || request.verb === 'watch')

/** What is needed without being asked for by a request of its own. */
export interface Needs {
  /** Verbs that the roles of agents give: nobody may give what he does not have. */
  readonly given: readonly Right[]
  /** Resources whose `finalizers` must be allowed: owner references that block their owners' deletion. */
  readonly blocked: ReadonlySet<string>
  /** Signers whose requests were approved. */
  readonly signers: ReadonlySet<string>
}

/** From what the hub has written into the cluster, as far as it is there now. */
export const needsIn = async (cluster: Cluster): Promise<Needs> => {
  const { hubRbac: name } = contract.addon
  const roles: readonly (Role | ClusterRole)[] = [
    ...(await list(cluster, kinds.Role)),
    ...(await list(cluster, kinds.ClusterRole)),
  ]
  const owned: readonly KubeObject[] = [
    ...(await list(cluster, kinds.ManagedClusterAddOn)),
    ...(await list(cluster, kinds.ManifestWork)),
  ]
  const requests: readonly CertificateSigningRequest[] = await list(cluster, kinds.CertificateSigningRequest)
  const plurals = new Map(
    Object.values(kinds).map((kind) => [kind.kind, `${kind.plural}.${kind.group}/finalizers`]),
  )
  return {
    given: roles.filter(({ metadata }) => metadata.name === name).flatMap(({ rules }) => rightsOf(rules)),
    blocked: new Set(
      owned
        .flatMap(({ metadata }) => metadata.ownerReferences ?? [])
        .filter(({ blockOwnerDeletion }) => blockOwnerDeletion === true)
        .map(({ kind }) => plurals.get(kind) ?? kind),
    ),
    signers: new Set(
      requests
        .filter(({ status }) => status?.conditions?.some(({ type }) => type === 'Approved') === true)
        .map(({ spec }) => spec.signerName),
    ),
  }
}

export const isNeeded = ({ resource, verb, name }: Right, { given, blocked, signers }: Needs): boolean =>
  given.some((right) => right.resource === resource && right.verb === verb) ||
  (verb === 'update' && blocked.has(resource)) ||
  (verb === 'approve' && resource === 'signers.certificates.k8s.io' && signers.has(name ?? ''))
