import { forbiddenField, immutable, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'

/** Holds a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

const storedVersionOf = (definition: KubeObject): string =>
  textAt(
    listAt(definition, 'spec', 'versions').find((version) => recordAt(version)['storage'] === true),
    'name',
  )

/** The status the server's own controllers would write a moment later: names accepted, established. */
const acceptedStatus = (definition: KubeObject, timestamp: string): Record<string, unknown> => {
  const names = recordAt(definition, 'spec', 'names')
  const stored = [
    ...new Set([...listAt(definition, 'status', 'storedVersions'), storedVersionOf(definition)]),
  ]
  const old = listAt(definition, 'status', 'conditions')
  const condition = (type: string, reason: string, message: string): unknown =>
    old.find((known) => textAt(known, 'type') === type) ?? {
      type,
      status: 'True',
      lastTransitionTime: timestamp,
      reason,
      message,
    }
  return {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: names,
    storedVersions: stored,
  }
}

const withNames = (definition: KubeObject): void => {
  const spec = recordAt(definition, 'spec')
  const names = recordAt(spec, 'names')
  const kind = textAt(names, 'kind')
  spec['names'] = {
    ...names,
    singular: textAt(names, 'singular') || kind.toLowerCase(),
    listKind: textAt(names, 'listKind') || `${kind}List`,
  }
  spec['conversion'] ??= { strategy: 'None' }
}

const validate = (definition: KubeObject): FieldError[] => {
  const spec = recordAt(definition, 'spec')
  const group = textAt(spec, 'group')
  const plural = textAt(spec, 'names', 'plural')
  const errors: FieldError[] = []
  const name = definition.metadata.name ?? ''
  if (group === '') errors.push(required('spec.group'))
  if (plural === '') errors.push(required('spec.names.plural'))
  if (textAt(spec, 'names', 'kind') === '') errors.push(required('spec.names.kind'))
  if (spec['scope'] !== 'Namespaced' && spec['scope'] !== 'Cluster') errors.push(required('spec.scope'))
  if (name !== `${plural}.${group}`)
    errors.push(invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group'))
  const versions = listAt(spec, 'versions')
  const storage = versions.filter((version) => recordAt(version)['storage'] === true)
  if (storage.length !== 1)
    errors.push(
      invalid(
        'spec.versions',
        versions.map((version) => textAt(version, 'name')),
        'must have exactly one version marked as storage version',
      ),
    )
  for (const [at, version] of versions.entries()) {
    if (textAt(version, 'name') === '') errors.push(required(`spec.versions[${at}].name`))
    if (recordAt(version, 'schema')['openAPIV3Schema'] === undefined) {
      errors.push(required(`spec.versions[${at}].schema.openAPIV3Schema`, 'schemas are required'))
    }
  }
  return errors
}

export const customResourceDefinitionStrategy: Strategy = {
  generation: true,
  conditionalUpdate: true,
  deletionFinalizers: [cleanupFinalizer],
  prepareCreate(definition, { timestamp }) {
    withNames(definition)
    definition['status'] = acceptedStatus(definition, timestamp)
  },
  prepareUpdate(definition, _old, { timestamp, subresource }) {
    withNames(definition)
    if (subresource === '') definition['status'] = acceptedStatus(definition, timestamp)
  },
  validateCreate: validate,
  validateUpdate(definition, old) {
    const errors = validate(definition)
    for (const path of [['group'], ['scope'], ['names', 'kind']]) {
      const field = path.at(-1) ?? ''
      const value = recordAt(definition, 'spec', ...path.slice(0, -1))[field]
      if (value !== recordAt(old, 'spec', ...path.slice(0, -1))[field])
        errors.push(immutable(`spec.${path.join('.')}`, value))
    }
    const served = listAt(definition, 'spec', 'versions').map((version) => textAt(version, 'name'))
    for (const [at, stored] of listAt(definition, 'status', 'storedVersions').entries()) {
      if (!served.includes(String(stored))) {
        errors.push(forbiddenField(`status.storedVersions[${at}]`, 'must appear in spec.versions'))
      }
    }
    return errors
  },
}
