import type { Resource } from '../resources/resource.ts'

/** Built-in groups whose types are not among those of all others. */
const homes: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
}

const homeOf = ({ group, isCustom }: Resource): string => {
  if (isCustom) return group.split('.').toReversed().join('.')
  return homes[group] ?? `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] ?? '')}`
}

/** `io.k8s.api.apps.v1.Deployment`: what a kind is called in OpenAPI documents. */
export const openApiNameOf = (resource: Resource, kind = resource.kind): string =>
  `${homeOf(resource)}.${resource.version}.${kind}`

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** Types that belong to no group. */
export const metaNames = {
  deleteOptions: `${meta}.DeleteOptions`,
  listMeta: `${meta}.ListMeta`,
  objectMeta: `${meta}.ObjectMeta`,
  patch: `${meta}.Patch`,
  resources: `${meta}.APIResourceList`,
  status: `${meta}.Status`,
  watchEvent: `${meta}.WatchEvent`,
} as const

export type Json = Readonly<Record<string, unknown>>

const prefix = '#/components/schemas/'

export const referenceTo = (name: string): Json => ({ $ref: `${prefix}${name}` })

/** The names of all schemas that a part of a document refers to. */
export const referencesIn = (value: unknown, found: Set<string> = new Set()): ReadonlySet<string> => {
  if (Array.isArray(value)) for (const item of value) referencesIn(item, found)
  else if (typeof value === 'object' && value !== null)
    for (const [key, field] of Object.entries(value))
      if (key === '$ref' && typeof field === 'string') found.add(field.slice(prefix.length))
      else referencesIn(field, found)
  return found
}
