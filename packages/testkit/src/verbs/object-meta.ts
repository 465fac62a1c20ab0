import { forbiddenField, immutable, invalid, required, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import { subdomainProblems } from './names.ts'

/** The fields of metadata in the order they are printed; others are not kept. managedFields is not tracked. */
const fields = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
] as const

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isJsonObject(value) && Object.keys(value).length === 0)

/** The object with its metadata in canonical form: known fields only, nothing empty. Changes nothing in the original. */
export const normalized = (object: KubeObject): KubeObject => {
  const { apiVersion, kind, metadata, ...rest } = object
  const meta: Record<string, unknown> = {}
  for (const field of fields) if (!isEmpty(metadata[field])) meta[field] = metadata[field]
  if (metadata.finalizers && metadata.finalizers.length > 0)
    meta['finalizers'] = [...new Set(metadata.finalizers)]
  return { apiVersion, kind, metadata: meta, ...rest }
}

const isTextMap = (value: unknown): boolean =>
  isJsonObject(value) && Object.values(value).every((text) => typeof text === 'string')

const isOwnerReference = (value: unknown): boolean =>
  isJsonObject(value) &&
  ['apiVersion', 'kind', 'name', 'uid'].every(
    (field) => value[field] === undefined || typeof value[field] === 'string',
  )

/** What would not decode into ObjectMeta, as a message; undefined when all is of the right type. */
export const metadataTypeProblem = (metadata: unknown): string | undefined => {
  if (!isJsonObject(metadata)) return 'metadata must be an object'
  for (const field of [
    'name',
    'generateName',
    'namespace',
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'deletionTimestamp',
  ]) {
    const value = metadata[field]
    if (value !== undefined && value !== null && typeof value !== 'string')
      return `metadata.${field} must be a string`
  }
  for (const field of ['labels', 'annotations']) {
    const value = metadata[field]
    if (value !== undefined && value !== null && !isTextMap(value))
      return `metadata.${field} must be a map of strings`
  }
  const { finalizers, ownerReferences } = metadata
  if (
    !isEmpty(finalizers) &&
    !(Array.isArray(finalizers) && finalizers.every((item) => typeof item === 'string'))
  ) {
    return 'metadata.finalizers must be a list of strings'
  }
  if (
    !isEmpty(ownerReferences) &&
    !(Array.isArray(ownerReferences) && ownerReferences.every(isOwnerReference))
  ) {
    return 'metadata.ownerReferences must be a list of references'
  }
  return undefined
}

const annotationsLimitBytes = 262_144
const namePattern = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const qualifiedDetail =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const labelValueDetail =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const qualifiedNameProblems = (key: string): string[] => {
  const parts = key.split('/')
  if (parts.length > 2)
    return [
      `a valid label key ${qualifiedDetail} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const prefix = parts.length === 2 ? parts[0] : undefined
  const name = parts.at(-1) ?? ''
  const problems =
    prefix === ''
      ? ['prefix part must be non-empty']
      : subdomainProblems(prefix ?? 'none').map((problem) => `prefix part ${problem}`)
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > 63) problems.push('name part must be no more than 63 bytes')
  if (!namePattern.test(name)) problems.push(`name part ${qualifiedDetail}`)
  return problems
}

const labelErrors = (labels: Readonly<Record<string, string>>): FieldError[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid('metadata.labels', key, problem)),
    ...(value.length > 63 ? [invalid('metadata.labels', value, 'must be no more than 63 bytes')] : []),
    ...(value === '' || namePattern.test(value) ? [] : [invalid('metadata.labels', value, labelValueDetail)]),
  ])

const annotationErrors = (annotations: Readonly<Record<string, string>>): FieldError[] => {
  const errors = Object.keys(annotations).flatMap((key) =>
    qualifiedNameProblems(key.toLowerCase()).map((problem) => invalid('metadata.annotations', key, problem)),
  )
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  return size > annotationsLimitBytes
    ? [...errors, tooLong('metadata.annotations', annotationsLimitBytes)]
    : errors
}

const ownerErrors = ({ ownerReferences = [] }: ObjectMeta): FieldError[] => {
  const path = 'metadata.ownerReferences'
  const errors: FieldError[] = []
  let controller = ''
  for (const { apiVersion, kind, name, uid, controller: isController } of ownerReferences) {
    if (!apiVersion) errors.push(invalid(`${path}.apiVersion`, '', 'version must not be empty'))
    if (!kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'))
    if (!name) errors.push(invalid(`${path}.name`, '', 'must not be empty'))
    if (!uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'))
    if (isController !== true) continue
    const found = `Found "true" in references for ${controller} and ${kind}/${name}`
    if (controller !== '')
      errors.push(
        invalid(path, ownerReferences, `Only one reference can have Controller set to true. ${found}`),
      )
    else controller = `${kind}/${name}`
  }
  return errors
}

const finalizerErrors = (finalizers: readonly string[]): FieldError[] =>
  finalizers.flatMap((finalizer) =>
    qualifiedNameProblems(finalizer).map((problem) => invalid('metadata.finalizers', finalizer, problem)),
  )

/** What is wrong with metadata, whatever was there before. */
export const metadataErrors = (
  meta: ObjectMeta,
  nameProblems: (name: string) => readonly string[],
): FieldError[] => [
  ...(meta.name === undefined || meta.name === ''
    ? [required('metadata.name', 'name or generateName is required')]
    : nameProblems(meta.name).map((problem) => invalid('metadata.name', meta.name, problem))),
  ...labelErrors(meta.labels ?? {}),
  ...annotationErrors(meta.annotations ?? {}),
  ...ownerErrors(meta),
  ...finalizerErrors(meta.finalizers ?? []),
]

/** What may not become of metadata that was `old`. */
export const metadataUpdateErrors = (meta: ObjectMeta, old: ObjectMeta): FieldError[] => {
  const errors: FieldError[] = []
  for (const field of [
    'name',
    'namespace',
    'uid',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    if ((meta[field] ?? undefined) !== (old[field] ?? undefined))
      errors.push(immutable(`metadata.${field}`, meta[field]))
  }
  if (old.deletionTimestamp) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer))
    if (added.length > 0) {
      const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      )
    }
  }
  return errors
}
