import { hasStatus } from '../resources/resource.ts'
import type { Resource } from '../resources/resource.ts'
import { FieldSet } from './field-set.ts'
import type { FieldPath } from './path-element.ts'

const spec: FieldPath = ['f:spec']
const status: FieldPath = ['f:status']
const metadata: FieldPath = ['f:metadata']

/** Where a path of a kind leaves more, or other fields alone than most. */
const special: Readonly<Record<string, readonly FieldPath[]>> = {
  'apiextensions.k8s.io/customresourcedefinitions/status': [metadata, spec],
  'apiregistration.k8s.io/apiservices/status': [metadata, spec],
  'apps/deployments/status': [spec, ['f:metadata', 'f:labels']],
  'certificates.k8s.io/certificatesigningrequests/': [spec, status],
  'certificates.k8s.io/certificatesigningrequests/status': [spec, ['f:status', 'f:conditions']],
  'certificates.k8s.io/certificatesigningrequests/approval': [spec, ['f:status', 'f:certificate']],
  '/namespaces/finalize': [status],
  '/pods/status': [spec, ['f:metadata', 'f:deletionTimestamp'], ['f:metadata', 'f:ownerReferences']],
  'storage.k8s.io/volumeattachments/status': [metadata, spec],
}

/** The fields that a request to a path does not write, so that it never owns them (GetResetFields of the real server's strategies). */
export const resetFields = (resource: Resource, subresource: string): FieldSet | undefined => {
  const paths = resource.isCustom ? undefined : special[`${resource.group}/${resource.plural}/${subresource}`]
  if (paths !== undefined) return FieldSet.of(...paths)
  if (subresource === 'status') return FieldSet.of(spec)
  return subresource === '' && hasStatus(resource) ? FieldSet.of(status) : undefined
}
