import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'

const gvkOf = ({ group, version, kind }: Resource): Record<string, string> => ({ group, version, kind })

const definitionName = ({ group, version, kind }: Resource): string => {
  const reversed = group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.')
  return `${reversed}.${version}.${kind}`
}

const rootOf = ({ group, version }: Resource): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`

const pathOf = (resource: Resource): string =>
  `/${rootOf(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`

const schemaOf = (resource: Resource): Record<string, unknown> => {
  const { schema } = resource
  const own = schema === undefined ? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } : schema
  return { ...own, 'x-kubernetes-group-version-kind': [gvkOf(resource)] }
}

/** The query parameters that clients look for to know what the server can do. */
const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}))

const operation = (
  resource: Resource,
  action: string,
  parameters: readonly unknown[],
): Record<string, unknown> => ({
  operationId: `${action}${definitionName(resource)
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')}`,
  parameters,
  responses: { 200: { description: 'OK' } },
  'x-kubernetes-action': action,
  'x-kubernetes-group-version-kind': gvkOf(resource),
})

const pathItem = (resource: Resource): Record<string, unknown> => {
  // strategic merge patches are not announced: clients then use the types they know themselves
  const patchTypes = ['application/json-patch+json', 'application/merge-patch+json']
  const content = Object.fromEntries(patchTypes.map((type) => [type, { schema: { type: 'object' } }]))
  return {
    get: operation(resource, 'get', []),
    put: operation(resource, 'put', writeParameters),
    patch: { ...operation(resource, 'patch', writeParameters), requestBody: { content } },
    delete: operation(resource, 'delete', []),
  }
}

const info = { title: 'Kubernetes', version: 'odfmo-testkit' }

/** `/openapi/v3`: where the document of each group version is. */
export const openApiIndex = (resources: readonly Resource[], revision: number): Record<string, unknown> => {
  const roots = [...new Set(resources.map(rootOf))].sort()
  return {
    paths: Object.fromEntries(
      roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${revision}` }]),
    ),
  }
}

/** `/openapi/v3/ROOT`; undefined when nothing is served there. */
export const openApiV3 = (
  resources: readonly Resource[],
  root: string,
): Record<string, unknown> | undefined => {
  const served = resources.filter((resource) => rootOf(resource) === root)
  if (served.length === 0) return undefined
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(served.map((resource) => [pathOf(resource), pathItem(resource)])),
    components: {
      schemas: Object.fromEntries(served.map((resource) => [definitionName(resource), schemaOf(resource)])),
    },
  }
}

/** `/openapi/v2` as JSON: the definitions of all kinds. */
export const openApiV2 = (resources: readonly Resource[]): Record<string, unknown> => ({
  swagger: '2.0',
  info,
  paths: Object.fromEntries(
    resources.map((resource) => [
      pathOf(resource),
      {
        patch: {
          ...operation(
            resource,
            'patch',
            writeParameters.map(({ name }) => ({ name, in: 'query', type: 'string' })),
          ),
          consumes: ['application/json-patch+json', 'application/merge-patch+json'],
        },
      },
    ]),
  ),
  definitions: Object.fromEntries(
    resources.map((resource) => [
      definitionName(resource),
      { ...schemaOf(resource), description: `${resource.kind} of ${apiVersionOf(resource)}` },
    ]),
  ),
})
