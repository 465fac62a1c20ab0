import { isJsonObject, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { Resource } from '../../resources/resource.ts'
import { matchesSelectorObject } from '../../selectors/selector-object.ts'
import type { StoredObject } from '../../storage/stored-object.ts'
import type { Write } from '../../verbs/admission.ts'
import { viewOf } from '../../verbs/api.ts'
import { labelled, namespaceOf } from '../attributes.ts'
import type { ParamKind, PolicyBinding } from './admission-policy.ts'
import type { Surroundings } from './policy-matching.ts'

/** A policy or a binding that cannot be applied; the message is the real server's. */
export class ConfigurationProblem extends Error {
  override readonly name = 'ConfigurationProblem'
}

/** `example.com/v1, Kind=Limit`. */
const printedKind = ({ apiVersion, kind }: ParamKind): string =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`

/** The resource of a policy's parameters. Throws ConfigurationProblem when there is none. */
export const paramResource = (paramKind: ParamKind, { registry }: Surroundings): Resource => {
  const resource = registry.findKind(paramKind.apiVersion, paramKind.kind)
  if (resource === undefined)
    throw new ConfigurationProblem(
      `failed to find resource referenced by paramKind: '${printedKind(paramKind)}'`,
    )
  return resource
}

const placeOf = (resource: Resource, given: string, write: Write): string => {
  if (!resource.namespaced) {
    if (given !== '')
      throw new ConfigurationProblem(
        'paramRef.namespace must not be provided for a cluster-scoped `paramKind`',
      )
    return ''
  }
  const namespace = given || namespaceOf(write)
  if (namespace === '')
    throw new ConfigurationProblem(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    )
  return namespace
}

/**
 * The parameters with which a policy is asked, one after the other: undefined among them stands for none. Nothing when
 * there are none and that is allowed. Throws ConfigurationProblem.
 */
export const paramsOf = (
  resource: Resource | undefined,
  { paramRef }: PolicyBinding,
  write: Write,
  { store }: Surroundings,
): readonly (KubeObject | undefined)[] => {
  if (resource === undefined || paramRef === undefined) return [undefined]
  const namespace = placeOf(resource, textAt(paramRef, 'namespace'), write)
  const name = textAt(paramRef, 'name')
  const { selector } = paramRef
  const seen = (stored: StoredObject): KubeObject => labelled(resource, viewOf(resource, stored))
  let found: KubeObject[] = []
  if (name !== '') {
    const stored = store.get(resource.table, namespace, name)
    found = stored === undefined ? [] : [seen(stored)]
  } else if (isJsonObject(selector)) {
    const table = store.table(resource.table)
    found = table.sortedKeys().flatMap((key) => {
      const stored = table.get(key)
      const isChosen =
        stored !== undefined &&
        stored.namespace === namespace &&
        matchesSelectorObject(selector, stored.labels)
      return isChosen ? [seen(stored)] : []
    })
  }
  if (found.length === 0 && textAt(paramRef, 'parameterNotFoundAction') === 'Deny')
    throw new ConfigurationProblem('no params found for policy binding with `Deny` parameterNotFoundAction')
  return found
}
