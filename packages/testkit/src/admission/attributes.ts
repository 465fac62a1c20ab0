import type { KubeObject } from '../kube-object.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import type { Write } from '../verbs/admission.ts'

/** A group, a version, and a kind of it. */
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** Subresources whose bodies are of a kind of their own. */
const kindsOfSubresources: Readonly<Record<string, GroupVersionKind>> = {
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
}

/** The kind of what is written through a resource or one of its subresources. */
export const kindOf = ({ group, version, kind }: Resource, subresource: string): GroupVersionKind =>
  kindsOfSubresources[subresource] ?? { group, version, kind }

/** The object with the kind and version that its place has. */
export const labelled = (kind: GroupVersionKind, object: KubeObject): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})

const isNamespace = ({ target }: Write): boolean =>
  target.resource.group === '' && target.resource.plural === 'namespaces'

/** The namespace of a request; one about a namespace is in that. */
export const namespaceOf = (write: Write): string => {
  const { resource, namespace } = write.target
  if (isNamespace(write)) return write.target.name
  return resource.namespaced ? namespace : ''
}

/** Kinds about which nobody is asked: whoever breaks admission could not mend it. */
const exempt = new Set([
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
])

export const isExempt = ({ target: { resource } }: Write): boolean =>
  resource.group === 'admissionregistration.k8s.io' && exempt.has(resource.plural)
