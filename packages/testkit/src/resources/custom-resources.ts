import type { KubeObject } from '../kube-object.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { cellText, readJsonPath } from './json-path.ts'
import { allVerbs } from './resource.ts'
import type { PrinterColumn, Resource, ScalePaths } from './resource.ts'

const textList = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** A field of a selector is a text, a number or a boolean. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)

const columnOf = (value: unknown): PrinterColumn => {
  const path = readJsonPath(textAt(value, 'jsonPath'))
  const type = textAt(value, 'type')
  const priority = recordAt(value)['priority']
  return {
    name: textAt(value, 'name'),
    type,
    format: textAt(value, 'format'),
    description: textAt(value, 'description'),
    priority: typeof priority === 'number' ? priority : 0,
    cell: (object, now) => cellText(path(object), type, now),
  }
}

const scaleOf = (subresources: Record<string, unknown>): ScalePaths | undefined => {
  if (!isJsonObject(subresources['scale'])) return undefined
  const scale = subresources['scale']
  const labelSelectorPath = textAt(scale, 'labelSelectorPath')
  return {
    specReplicasPath: textAt(scale, 'specReplicasPath'),
    statusReplicasPath: textAt(scale, 'statusReplicasPath'),
    ...(labelSelectorPath === '' ? {} : { labelSelectorPath }),
  }
}

const selectableFieldsOf = (version: unknown): Record<string, (object: KubeObject) => string> => {
  const entries = listAt(version, 'selectableFields').map((field) => {
    const path = textAt(field, 'jsonPath')
    const read = readJsonPath(path)
    return [path.replace(/^\./, ''), (object: KubeObject) => textOf(read(object)[0])] as const
  })
  return Object.fromEntries(entries)
}

/** The resources a CustomResourceDefinition serves, one for each served version. */
export const customResourcesOf = (definition: KubeObject): Resource[] => {
  const spec = recordAt(definition, 'spec')
  const group = textAt(spec, 'group')
  const names = recordAt(spec, 'names')
  const plural = textAt(names, 'plural')
  const kind = textAt(names, 'kind')
  return listAt(spec, 'versions')
    .filter((version) => recordAt(version)['served'] === true)
    .map((version) => {
      const subresources = recordAt(version, 'subresources')
      const schema = recordAt(version, 'schema')['openAPIV3Schema'] as StructuralSchema | undefined
      const columns = listAt(version, 'additionalPrinterColumns').map(columnOf)
      const scale = scaleOf(subresources)
      const name = textAt(version, 'name')
      const isStored = recordAt(version)['storage'] === true
      const storedVersion = textAt(
        listAt(spec, 'versions').find((other) => recordAt(other)['storage'] === true),
        'name',
      )
      return {
        group,
        version: name,
        plural,
        singular: textAt(names, 'singular') || kind.toLowerCase(),
        kind,
        listKind: textAt(names, 'listKind') || `${kind}List`,
        shortNames: textList(names['shortNames']),
        categories: textList(names['categories']),
        namespaced: spec['scope'] === 'Namespaced',
        verbs: allVerbs,
        subresources: [
          ...(subresources['status'] === undefined ? [] : ['status']),
          ...(scale === undefined ? [] : ['scale']),
        ],
        strategy: { generation: true, selectableFields: selectableFieldsOf(version) },
        table: `${group}/${plural}`,
        isStored,
        isCustom: true,
        // conversion None: only the version's name changes
        ...(isStored
          ? {}
          : {
              fromStored: (object: KubeObject): KubeObject => ({ ...object, apiVersion: `${group}/${name}` }),
              toStored: (object: KubeObject): KubeObject => ({
                ...object,
                apiVersion: `${group}/${storedVersion}`,
              }),
            }),
        ...(schema === undefined ? {} : { schema }),
        ...(columns.length === 0 ? {} : { columns }),
        ...(scale === undefined ? {} : { scale }),
      }
    })
}
