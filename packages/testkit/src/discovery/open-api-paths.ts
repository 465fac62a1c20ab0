import type { Resource } from '../resources/resource.ts'
import { metaNames } from './open-api-name.ts'
import type { Json } from './open-api-name.ts'
import { Operations, pascal } from './open-api-operations.ts'
import { lifted } from './open-api-parameters.ts'

/** `api/v1`, `apis/apps/v1`: where a group's version is. */
export const rootOf = ({ group, version }: Resource): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`

/** The paths of a resource with their operations. */
export const pathsOf = (resource: Resource): [string, Json][] => {
  const root = `/${rootOf(resource)}`
  const { namespaced, plural, subresources, verbs } = resource
  const collection = `${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`
  const operations = new Operations(resource)
  const paths: [string, Json][] = [[collection, operations.collection()]]
  if (namespaced && verbs.includes('list')) paths.push([`${root}/${plural}`, operations.everywhere()])
  if (verbs.includes('get')) paths.push([`${collection}/{name}`, operations.item()])
  for (const name of subresources) paths.push([`${collection}/{name}/${name}`, operations.subresource(name)])
  return paths.map(([path, item]) => [path, lifted(item)])
}

/** What tells of the resources of a group's version. */
export const listingOf = (resource: Resource): [string, Json] => {
  const { tags, responses } = new Operations(resource).operation({
    action: 'get',
    verb: 'get',
    answer: metaNames.resources,
  })
  const { group, version } = resource
  const operationId = `get${pascal(group, version)}APIResources`
  return [`/${rootOf(resource)}/`, { get: { tags, operationId, responses } }]
}
