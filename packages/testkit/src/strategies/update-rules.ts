import type { Strategy } from '../resources/resource.ts'

/** Kinds that a PUT to a name that is not there creates, besides those with strategies of their own. */
const createdByUpdate: readonly string[] = ['/endpoints', '/limitranges', 'node.k8s.io/runtimeclasses']

/** Kinds whose PUT needs a resourceVersion. */
const conditional: readonly string[] = [
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'node.k8s.io/runtimeclasses',
  'policy/poddisruptionbudgets',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/csistoragecapacities',
  'storage.k8s.io/volumeattachments',
]

/** How objects of a built-in kind (`group/plural`) may be replaced. */
export const updateRules = (kind: string): Strategy => ({
  ...(createdByUpdate.includes(kind) ? { createOnUpdate: true } : {}),
  ...(conditional.includes(kind) ? { conditionalUpdate: true } : {}),
})
