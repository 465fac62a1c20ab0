import { badRequest } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import { parseFieldSelector } from '../selectors/field-selector.ts'
import type { FieldRequirement } from '../selectors/field-selector.ts'
import { parseLabelSelector } from '../selectors/label-selector.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { viewOf } from './api.ts'

/** Which objects a list or a watch is about. */
export interface Selection {
  readonly namespace: string
  readonly matches: (stored: StoredObject) => boolean
  /** No selector narrows it: every object of the namespace is in. */
  readonly isEverything: boolean
}

const fieldMatcher = (
  resource: Resource,
  { field, equal, value }: FieldRequirement,
): ((stored: StoredObject) => boolean) => {
  if (field === 'metadata.name') return ({ name }) => (name === value) === equal
  if (field === 'metadata.namespace' && resource.namespaced)
    return ({ namespace }) => (namespace === value) === equal
  const read = resource.strategy.selectableFields?.[field]
  if (read === undefined) throw badRequest(`field label not supported: ${field}`)
  return (stored) => (read(viewOf(resource, stored)) === value) === equal
}

/** Reads the selectors of a query; throws a 400 for those that cannot be understood. */
export const readSelection = (
  resource: Resource,
  namespace: string,
  name: string,
  query: URLSearchParams,
): Selection => {
  try {
    const labels = parseLabelSelector(query.get('labelSelector') ?? '')
    const fields = parseFieldSelector(query.get('fieldSelector') ?? '').map((requirement) =>
      fieldMatcher(resource, requirement),
    )
    if (name !== '') fields.push((stored) => stored.name === name)
    return {
      namespace,
      isEverything: labels === undefined && fields.length === 0,
      matches: (stored) =>
        (namespace === '' || stored.namespace === namespace) &&
        (labels === undefined || labels(stored.labels)) &&
        fields.every((matches) => matches(stored)),
    }
  } catch (error) {
    throw error instanceof Error && error.name === 'SelectorError' ? badRequest(error.message) : error
  }
}
