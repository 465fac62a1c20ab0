import type { Resource } from '../resources/resource.ts'
import type { Json } from './open-api-name.ts'
import { pascal } from './open-api-operations.ts'

const reading = (path: string, tag: string, operationId: string): Json => ({
  openapi: '3.0.0',
  info: { title: 'Kubernetes', version: '1.35' },
  paths: {
    [path]: {
      get: {
        tags: [tag],
        operationId,
        responses: { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } },
      },
    },
  },
})

/** Documents of the paths that tell what is served, by where they are: `api`, `apis`, `apis/apps`, `version`. */
export const generalDocuments = (resources: readonly Resource[]): ReadonlyMap<string, Json> => {
  const groups = [...new Set(resources.filter(({ isCustom }) => !isCustom).map(({ group }) => group))]
  const ofGroups = groups
    .filter((group) => group !== '')
    .map((group): [string, Json] => {
      const name = pascal(group)
      const tag = name.charAt(0).toLowerCase() + name.slice(1)
      return [`apis/${group}`, reading(`/apis/${group}/`, tag, `get${name}APIGroup`)]
    })
  return new Map([
    ['api', reading('/api/', 'core', 'getCoreAPIVersions')],
    ['apis', reading('/apis/', 'apis', 'getAPIVersions')],
    ['version', reading('/version/', 'version', 'getCodeVersion')],
    ...ofGroups,
  ])
}
