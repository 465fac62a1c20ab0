import { badRequest } from '../api-error.ts'
import type { Resource } from '../resources/resource.ts'
import { parseFieldSelector, selectedName } from '../selectors/field-selector.ts'
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

/** How the value of a selector's field is read; throws the 400 of a field that the kind does not know. */
const fieldReader = (resource: Resource, field: string): ((stored: StoredObject) => string) => {
  const { namespaced, isCustom, strategy } = resource
  const knowsOwn = isCustom || strategy.selectableFields !== undefined
  if (field === 'metadata.name') return ({ name }) => name
  if (field === 'metadata.namespace' && (namespaced || !knowsOwn)) return ({ namespace }) => namespace
  const own = strategy.selectableFields
  const read = own !== undefined && Object.hasOwn(own, field) ? own[field] : undefined
  if (read !== undefined) return (stored) => read(viewOf(resource, stored))
  throw badRequest(
    knowsOwn
      ? `field label not supported: ${field}`
      : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  )
}

const fieldMatcher = (
  resource: Resource,
  { field, equal, value }: FieldRequirement,
): ((stored: StoredObject) => boolean) => {
  const read = fieldReader(resource, field)
  return (stored) => (read(stored) === value) === equal
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
    const requirements = parseFieldSelector(query.get('fieldSelector') ?? '')
    const fields = requirements.map((requirement) => fieldMatcher(resource, requirement))
    const selected = selectedName(requirements)
    // a webhook may give each version labels of its own
    const labelsOf = (stored: StoredObject): StoredObject['labels'] =>
      resource.conversion?.isAsked === true ? viewOf(resource, stored).metadata.labels : stored.labels
    if (name !== '' && selected !== undefined && selected !== name)
      throw badRequest("fieldSelector metadata.name doesn't match requested name")
    if (name !== '') fields.push((stored) => stored.name === name)
    return {
      namespace,
      isEverything: labels === undefined && fields.length === 0,
      matches: (stored) =>
        (namespace === '' || stored.namespace === namespace) &&
        (labels === undefined || labels(labelsOf(stored))) &&
        fields.every((matches) => matches(stored)),
    }
  } catch (error) {
    throw error instanceof Error && error.name === 'SelectorError' ? badRequest(error.message) : error
  }
}
