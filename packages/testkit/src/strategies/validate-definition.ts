import { isEstablished } from '../resources/established.ts'
import { caBundleErrors, conversionErrors } from '../conversion/conversion-errors.ts'
import { forbiddenField, immutable, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { definedSchemaErrors } from '../schema/schema-errors.ts'
import { statusRootErrors } from '../schema/status-root-errors.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { approvalErrors } from './api-approval.ts'
import {
  columnErrors,
  deprecationErrors,
  selectableFieldErrors,
  subresourceErrors,
} from './definition-version-errors.ts'
import { kindProblems, label1035Problems, subdomainProblems } from '../verbs/names.ts'

const scopes = ['Cluster', 'Namespaced']

const versionsOf = (definition: KubeObject): Record<string, unknown>[] =>
  listAt(definition, 'spec', 'versions').filter(isJsonObject)

const schemaOf = (version: unknown): StructuralSchema | undefined =>
  recordAt(version, 'schema')['openAPIV3Schema'] as StructuralSchema | undefined

/** Whether all versions say the same of something: then it is kept, and spoken of, once. */
const isShared = (versions: readonly unknown[], field: string): boolean =>
  versions.every((version) => jsonEqual(recordAt(version)[field], recordAt(versions[0])[field]))

/** Versions as the real server prints them. */
const shown = (versions: readonly unknown[]): object[] =>
  versions.map((version) => {
    const own = (field: string): unknown =>
      isShared(versions, field) ? null : (recordAt(version)[field] ?? null)
    return {
      Name: textAt(version, 'name'),
      Served: recordAt(version)['served'] === true,
      Storage: recordAt(version)['storage'] === true,
      Deprecated: recordAt(version)['deprecated'] === true,
      DeprecationWarning: recordAt(version)['deprecationWarning'] ?? null,
      Schema: own('schema'),
      Subresources: own('subresources'),
      AdditionalPrinterColumns: own('additionalPrinterColumns'),
      SelectableFields: own('selectableFields'),
    }
  })

const groupErrors = (group: string): FieldError[] => {
  if (group === '') return [required('spec.group')]
  const problems = subdomainProblems(group).map((problem) => invalid('spec.group', group, problem))
  if (problems.length > 0 || group.includes('.')) return problems
  return [invalid('spec.group', group, 'should be a domain with at least one dot')]
}

const scopeErrors = (scope: string): FieldError[] => {
  if (scope === '') return [required('spec.scope')]
  return scopes.includes(scope) ? [] : [notSupported('spec.scope', scope, scopes)]
}

const schemaPath = (path: string): string => `${path}.openAPIV3Schema`

const schemaErrorsAt = (schema: StructuralSchema, path: string, hasStatus: boolean): FieldError[] => [
  ...(schema.nullable === true
    ? [forbiddenField(`${schemaPath(path)}.nullable`, 'nullable cannot be true at the root')]
    : []),
  ...(hasStatus ? statusRootErrors(schema, schemaPath(path)) : []),
  ...definedSchemaErrors(schema, schemaPath(path)),
]

/** What a version says beside its schema, or all of them together. */
const partErrors = (
  part: Record<string, unknown>,
  schema: StructuralSchema | undefined,
  path: string,
): FieldError[] => [
  ...subresourceErrors(part['subresources'], `${path}.subresources`),
  ...listAt(part, 'additionalPrinterColumns').flatMap((column, at) =>
    columnErrors(column, `${path}.additionalPrinterColumns[${at}]`),
  ),
  ...selectableFieldErrors(listAt(part, 'selectableFields'), schema, `${path}.selectableFields`),
]

const sharable = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const

const hasStatusPath = (version: unknown): boolean => isJsonObject(recordAt(version, 'subresources')['status'])

const versionErrors = (definition: KubeObject): { own: FieldError[]; shared: FieldError[] } => {
  const versions = versionsOf(definition)
  const list = recordAt(definition, 'spec')['versions'] === undefined ? null : shown(versions)
  const common = sharable.filter((field) => isShared(versions, field))
  const isOneSchema = common.includes('schema')
  const own = versions.flatMap((version, at) => {
    const path = `spec.versions[${at}]`
    const schema = schemaOf(version)
    const name = textAt(version, 'name')
    const part = Object.fromEntries(
      sharable.flatMap((field) => (common.includes(field) ? [] : [[field, version[field]]])),
    )
    return [
      ...label1035Problems(name).map((problem) => invalid(`${path}.name`, name, problem)),
      ...(schema === undefined ? [required(`${path}.schema.openAPIV3Schema`)] : []),
      ...deprecationErrors(version, path),
      ...(schema === undefined || isOneSchema
        ? []
        : schemaErrorsAt(schema, `${path}.schema`, hasStatusPath(version))),
      // a schema that all share is not that of a version: as the real server sees it
      ...partErrors(part, isOneSchema ? undefined : schema, path),
    ]
  })
  const names = versions.map((version) => textAt(version, 'name'))
  if (new Set(names).size < names.length)
    own.push(invalid('spec.versions', list, 'must contain unique version names'))
  if (versions.filter(({ storage }) => storage === true).length !== 1)
    own.push(invalid('spec.versions', list, 'must have exactly one version marked as storage version'))
  const [first] = names
  if (first !== undefined)
    own.push(...label1035Problems(first).map((problem) => invalid('spec.version', first, problem)))
  const [version] = versions
  const schema = schemaOf(version)
  const shared = [
    ...(isOneSchema && schema !== undefined
      ? schemaErrorsAt(schema, 'spec.validation', versions.some(hasStatusPath))
      : []),
    ...partErrors(
      Object.fromEntries(common.map((field) => [field, version?.[field]])),
      isOneSchema ? schema : undefined,
      'spec',
    ),
  ]
  return { own, shared }
}

const nameErrors = (names: Record<string, unknown>, path: string): FieldError[] => {
  const check = (field: string, problems: (name: string) => readonly string[]): FieldError[] => {
    const name = textAt(names, field)
    return name === '' ? [] : problems(name).map((problem) => invalid(`${path}.${field}`, name, problem))
  }
  const [kind, listKind] = [textAt(names, 'kind'), textAt(names, 'listKind')]
  const lists = ['shortNames', 'categories'].flatMap((field) =>
    listAt(names, field).flatMap((name, at) =>
      label1035Problems(String(name)).map((problem) => invalid(`${path}.${field}[${at}]`, name, problem)),
    ),
  )
  return [
    ...check('plural', label1035Problems),
    ...check('singular', label1035Problems),
    ...check('kind', kindProblems),
    ...check('listKind', kindProblems),
    ...(kind !== '' && kind === listKind
      ? [invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...lists,
  ]
}

const missingNames = (names: Record<string, unknown>): FieldError[] =>
  ['plural', 'singular', 'kind', 'listKind'].flatMap((field) =>
    textAt(names, field) === '' ? [required(`spec.names.${field}`)] : [],
  )

const storedVersionErrors = (definition: KubeObject): FieldError[] => {
  const stored = listAt(definition, 'status', 'storedVersions').map(String)
  const path = 'status.storedVersions'
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')]
  const versions = versionsOf(definition)
  return [
    ...versions.flatMap(({ name, storage }) =>
      storage === true && !stored.includes(String(name))
        ? [invalid(path, stored, `must have the storage version ${String(name)}`)]
        : [],
    ),
    ...stored.flatMap((name, at) =>
      versions.some((version) => version['name'] === name)
        ? []
        : [
            invalid(
              `${path}[${at}]`,
              name,
              `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
            ),
          ],
    ),
  ]
}

const preserves = (definition: KubeObject | undefined): boolean =>
  recordAt(definition, 'spec')['preserveUnknownFields'] === true

const preservationErrors = (definition: KubeObject, old?: KubeObject): FieldError[] =>
  preserves(definition) && !preserves(old)
    ? [
        invalid(
          'spec.preserveUnknownFields',
          true,
          'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        ),
      ]
    : []

const specErrors = (definition: KubeObject, old?: KubeObject): FieldError[] => {
  const { own, shared } = versionErrors(definition)
  const names = recordAt(definition, 'spec', 'names')
  const conversion = recordAt(definition, 'spec')['conversion']
  return [
    ...groupErrors(textAt(definition, 'spec', 'group')),
    ...scopeErrors(textAt(definition, 'spec', 'scope')),
    ...own,
    ...missingNames(names),
    ...nameErrors(names, 'spec.names'),
    ...shared,
    ...(preserves(definition) && textAt(conversion, 'strategy') !== 'None'
      ? [
          invalid(
            'spec.conversion.strategy',
            textAt(conversion, 'strategy'),
            'must be None if spec.preserveUnknownFields is true',
          ),
        ]
      : []),
    ...conversionErrors(conversion, checksBundle(old)),
  ]
}

/** A wrong authority may be there until a definition is established, and stays where it was. */
const checksBundle = (old: KubeObject | undefined): boolean => {
  if (old === undefined || !isEstablished(old)) return false
  return (
    caBundleErrors(textAt(old, 'spec', 'conversion', 'webhook', 'clientConfig', 'caBundle'), '').length === 0
  )
}

const acceptedNameErrors = (definition: KubeObject): FieldError[] =>
  nameErrors(recordAt(definition, 'status', 'acceptedNames'), 'status.acceptedNames')

/** What is wrong with a new definition. */
export const definitionErrors = (definition: KubeObject): FieldError[] => {
  const name = definition.metadata.name ?? ''
  const wanted = `${textAt(definition, 'spec', 'names', 'plural')}.${textAt(definition, 'spec', 'group')}`
  return [
    ...(name === wanted ? [] : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')]),
    ...specErrors(definition),
    ...storedVersionErrors(definition),
    ...approvalErrors(definition),
    ...preservationErrors(definition),
  ]
}

const frozen = (definition: KubeObject, old: KubeObject): FieldError[] => {
  const paths = [
    ...(isEstablished(old) ? [['scope'], ['names', 'kind']] : []),
    ['group'],
    ['names', 'plural'],
  ]
  return paths.flatMap((path) => {
    const value = textAt(definition, 'spec', ...path)
    return value === textAt(old, 'spec', ...path) ? [] : [immutable(`spec.${path.join('.')}`, value)]
  })
}

/** What is wrong with a changed definition, and what may not change. */
export const changedDefinitionErrors = (definition: KubeObject, old: KubeObject): FieldError[] => [
  ...specErrors(definition, old),
  ...frozen(definition, old),
  ...acceptedNameErrors(definition),
  ...storedVersionErrors(definition),
  ...approvalErrors(definition, old),
  ...preservationErrors(definition, old),
]

/** What is wrong with a status that is written by itself. */
export const changedStatusErrors = acceptedNameErrors
