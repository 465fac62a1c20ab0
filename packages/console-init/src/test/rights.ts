import type { PolicyRule } from '@odfmo/api-types'
import type { RequestRecord } from '@odfmo/testkit'

/** One verb on one resource, as a role gives it. */
export interface Right {
  /** Of a Role; undefined: on the whole cluster. */
  readonly namespace: string | undefined
  /** As the journal has it: `consoleplugins.console.openshift.io`. */
  readonly resource: string
  readonly verb: string
  /** Undefined: whatever its name. */
  readonly name: string | undefined
}

/** Everything that the rules say, verb by verb. */
export const rightsOf = (rules: readonly PolicyRule[] = [], namespace?: string): readonly Right[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames = [undefined], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((plural) =>
        verbs.flatMap((verb) =>
          resourceNames.map((name) => ({
            namespace,
            resource: group === '' ? plural : `${plural}.${group}`,
            verb,
            name,
          })),
        ),
      ),
    ),
  )

/** Whether the request needed this right. A list of one name is recorded without it, and is allowed by it alone. */
export const isFor = ({ namespace, resource, verb, name }: Right, request: RequestRecord): boolean =>
  request.resource === resource &&
  request.verb === verb &&
  (namespace === undefined || request.namespace === namespace) &&
  (name === undefined || request.name === name || verb === 'list' || verb === 'watch')

export const rightText = ({ namespace, resource, verb, name }: Right): string =>
  [verb, resource, name ?? '', namespace === undefined ? '' : `in ${namespace}`]
    .filter((word) => word !== '')
    .join(' ')

export const requestText = ({ status, verb, resource, namespace, name }: RequestRecord): string =>
  `${status} ${verb} ${resource} ${namespace}/${name}`
