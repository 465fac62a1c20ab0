import type { ConversionWebhook } from '../conversion/conversion-webhook.ts'
import { VersionConversion } from '../conversion/version-conversion.ts'
import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import type { KubeObject } from '../kube-object.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import { applyDefaults } from '../schema/apply-defaults.ts'
import { prune } from '../schema/prune.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { finalizerWarnings } from '../verbs/finalizer-warnings.ts'
import { cellText, readJsonPath } from './json-path.ts'
import { allVerbs } from './resource.ts'
import type { PrinterColumn, Resource, ScalePaths, Strategy } from './resource.ts'
import type { TypedJson } from '../types/typed-json.ts'

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
    description:
      textAt(value, 'description') ||
      `Custom resource definition column (in JSONPath format): ${textAt(value, 'jsonPath')}`,
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

/** Replicas are no fewer than none, wherever they are. */
const scaleChecks = ({ specReplicasPath, statusReplicasPath }: ScalePaths): Strategy => {
  const check = (object: KubeObject): FieldError[] =>
    [specReplicasPath, statusReplicasPath].flatMap((path) => {
      const [value] = readJsonPath(path)(object)
      return typeof value === 'number' && value < 0
        ? [invalid(path, value, 'should be a non-negative integer')]
        : []
    })
  return { validateCreate: check, validateUpdate: check }
}

const selectableFieldsOf = (version: unknown): Record<string, (object: KubeObject) => string> => {
  const entries = listAt(version, 'selectableFields').map((field) => {
    const path = textAt(field, 'jsonPath')
    const read = readJsonPath(path)
    return [path.replace(/^\./, ''), (object: KubeObject) => textOf(read(object)[0])] as const
  })
  return Object.fromEntries(entries)
}

export interface CustomResourceNeeds {
  readonly metadataJson?: TypedJson | undefined
  /** The webhook of a conversion of that strategy. */
  readonly webhookOf?: (conversion: Record<string, unknown>) => ConversionWebhook | undefined
}

const schemaOf = (version: unknown): StructuralSchema | undefined =>
  recordAt(version, 'schema')['openAPIV3Schema'] as StructuralSchema | undefined

/** The resources a CustomResourceDefinition serves, one for each served version. */
export const customResourcesOf = (
  definition: KubeObject,
  { metadataJson, webhookOf = () => undefined }: CustomResourceNeeds = {},
): Resource[] => {
  const spec = recordAt(definition, 'spec')
  const group = textAt(spec, 'group')
  const names = recordAt(spec, 'names')
  const plural = textAt(names, 'plural')
  const kind = textAt(names, 'kind')
  const versions = listAt(spec, 'versions')
  const schemas = new Map(
    versions.map((version) => [`${group}/${textAt(version, 'name')}`, schemaOf(version)] as const),
  )
  const conversion = recordAt(spec, 'conversion')
  const webhook = textAt(conversion, 'strategy') === 'Webhook' ? webhookOf(conversion) : undefined
  // objects may be stored in versions that are no more
  const hasVersions = versions.length > 1 || definition.metadata.generation !== 1
  const storedVersion = textAt(
    versions.find((version) => recordAt(version)['storage'] === true),
    'name',
  )
  return versions
    .filter((version) => recordAt(version)['served'] === true)
    .map((version) => {
      const subresources = recordAt(version, 'subresources')
      const schema = schemaOf(version)
      const columns = listAt(version, 'additionalPrinterColumns').map(columnOf)
      const scale = scaleOf(subresources)
      const name = textAt(version, 'name')
      const isStored = recordAt(version)['storage'] === true
      const warning =
        recordAt(version)['deprecated'] === true
          ? textAt(version, 'deprecationWarning') || `${group}/${name} ${kind} is deprecated`
          : undefined
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
        strategy: {
          generation: true,
          selectableFields: selectableFieldsOf(version),
          warnings: finalizerWarnings,
          ...(scale === undefined ? {} : scaleChecks(scale)),
        },
        table: `${group}/${plural}`,
        isStored,
        isCustom: true,
        ...(metadataJson === undefined ? {} : { metadataJson }),
        isTerminating: Boolean(definition.metadata.deletionTimestamp),
        ...(warning === undefined ? {} : { deprecationWarning: warning }),
        ...(isStored ? {} : { storageVersion: { version: storedVersion } }),
        ...(hasVersions
          ? {
              conversion: new VersionConversion({
                apiVersion: `${group}/${name}`,
                storage: `${group}/${storedVersion}`,
                schemas,
                webhook,
              }),
            }
          : {}),
        ...(schema === undefined
          ? {}
          : {
              schema,
              reshape: (object: KubeObject) =>
                applyDefaults(schema, prune(schema, object).value) as KubeObject,
            }),
        ...(columns.length === 0 ? {} : { columns }),
        ...(scale === undefined ? {} : { scale }),
      }
    })
}
