import { createHash } from 'node:crypto'
import type { ManagedClusterAddOn } from '@odfmo/api-types'

/** What an add-on's manager asks the klusterlet for: an identity on the hub, and where to leave it. */
export interface Registration {
  readonly addOn: string
  readonly user: string
  readonly groups: readonly string[]
  /** Namespace on the spoke. */
  readonly namespace: string
  /** Changes with any byte of the registration or of the namespace: then everything begins again. */
  readonly hash: string
}

export const clientSigner = 'kubernetes.io/kube-apiserver-client'
/** Where add-ons without a namespace of their own are installed. */
const defaultInstallNamespace = 'open-cluster-management-agent-addon'

/** What an add-on's agent uses on the spoke: the status wins over the spec. */
export const installNamespaceOf = ({ spec, status }: Pick<ManagedClusterAddOn, 'spec' | 'status'>): string =>
  [status?.namespace, spec?.installNamespace].find((name) => name !== undefined && name !== '') ??
  defaultInstallNamespace

/** The registration for the hub's API, undefined while nobody asks for one or the add-on is going. */
export const registrationOf = (addOn: ManagedClusterAddOn | undefined): Registration | undefined => {
  if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) return undefined
  const wanted = addOn.status?.registrations?.find(({ signerName }) => signerName === clientSigner)
  const user = wanted?.subject?.user
  if (wanted === undefined || user === undefined || user === '') return undefined
  const namespace = installNamespaceOf(addOn)
  const hash = createHash('sha256')
    .update(JSON.stringify([wanted, namespace]))
    .digest('hex')
  return { addOn: addOn.metadata.name ?? '', user, groups: wanted.subject?.groups ?? [], namespace, hash }
}

export const hubKubeconfigSecretName = (addOn: string): string => `${addOn}-hub-kubeconfig`
