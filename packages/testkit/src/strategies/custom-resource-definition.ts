import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { unknownFormats } from './unknown-formats.ts'
import { changedDefinitionErrors, changedStatusErrors, definitionErrors } from './validate-definition.ts'

/** Holds a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

const storageVersionOf = (definition: KubeObject): string =>
  textAt(
    listAt(definition, 'spec', 'versions').find((version) => recordAt(version)['storage'] === true),
    'name',
  )

/** A version that objects are stored in is remembered until somebody says that none is left. */
const withStorageVersion = (definition: KubeObject, status: Record<string, unknown>): void => {
  const stored = listAt(status, 'storedVersions')
  const current = storageVersionOf(definition)
  definition['status'] = {
    ...status,
    storedVersions: current === '' || stored.includes(current) ? stored : [...stored, current],
  }
}

const withNames = (definition: KubeObject): void => {
  const spec = recordAt(definition, 'spec')
  const names = recordAt(spec, 'names')
  const kind = textAt(names, 'kind')
  spec['names'] = {
    ...names,
    singular: textAt(names, 'singular') || kind.toLowerCase(),
    listKind: textAt(names, 'listKind') || (kind === '' ? '' : `${kind}List`),
  }
  spec['conversion'] ??= { strategy: 'None' }
  const { service } = recordAt(spec, 'conversion', 'webhook', 'clientConfig')
  if (isJsonObject(service)) service['port'] ??= 443
  definition['spec'] = spec
}

export const customResourceDefinitionStrategy: Strategy = {
  generation: true,
  conditionalUpdate: true,
  beginDeletion(definition, timestamp) {
    definition.metadata.finalizers = [
      ...new Set([...(definition.metadata.finalizers ?? []), cleanupFinalizer]),
    ]
    const conditions = listAt(definition, 'status', 'conditions').filter(
      (condition) => textAt(condition, 'type') !== 'Terminating',
    )
    definition['status'] = {
      ...recordAt(definition, 'status'),
      conditions: [
        ...conditions,
        {
          type: 'Terminating',
          status: 'True',
          lastTransitionTime: timestamp,
          reason: 'InstanceDeletionPending',
          message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
        },
      ],
    }
  },
  setDefaults: withNames,
  prepareCreate(definition) {
    withStorageVersion(definition, { acceptedNames: { plural: '', kind: '' }, conditions: null })
  },
  prepareUpdate(definition, _old, { subresource }) {
    if (subresource !== '') return
    withStorageVersion(definition, recordAt(definition, 'status'))
  },
  warnings: unknownFormats,
  validateCreate: definitionErrors,
  validateUpdate: (definition, old, { subresource }) =>
    subresource === '' ? changedDefinitionErrors(definition, old) : changedStatusErrors(definition),
}
