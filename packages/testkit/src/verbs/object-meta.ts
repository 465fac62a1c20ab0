import { duplicate, forbiddenField, immutable, invalid, required } from '../field-error.ts'
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

const namePart = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const qualifiedDetail =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const labelValueDetail =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const qualifiedNameProblem = (key: string): string | undefined => {
  const parts = key.split('/')
  const [prefix, name] = parts.length === 1 ? [undefined, parts[0]] : parts
  if (parts.length > 2)
    return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  if (prefix !== undefined && subdomainProblems(prefix).length > 0)
    return `prefix part ${subdomainProblems(prefix)[0]}`
  if (name === undefined || name === '') return 'name part must be non-empty'
  if (name.length > 63) return 'name part must be no more than 63 bytes'
  return namePart.test(name) ? undefined : qualifiedDetail
}

const labelErrors = (labels: Readonly<Record<string, string>>): FieldError[] =>
  Object.entries(labels).flatMap(([key, value]) => {
    const keyProblem = qualifiedNameProblem(key)
    if (keyProblem !== undefined) return [invalid('metadata.labels', key, keyProblem)]
    if (value.length > 63) return [invalid('metadata.labels', value, 'must be no more than 63 bytes')]
    return value === '' || namePart.test(value) ? [] : [invalid('metadata.labels', value, labelValueDetail)]
  })

const annotationErrors = (annotations: Readonly<Record<string, string>>): FieldError[] => {
  const errors = Object.keys(annotations).flatMap((key) => {
    const problem = qualifiedNameProblem(key.toLowerCase())
    return problem === undefined ? [] : [invalid('metadata.annotations', key, problem)]
  })
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  if (size > 262_144) {
    errors.push({
      reason: 'FieldValueTooLong',
      field: 'metadata.annotations',
      message: 'Too long: may not be more than 262144 bytes',
    })
  }
  return errors
}

const ownerErrors = (meta: ObjectMeta): FieldError[] => {
  const errors: FieldError[] = []
  let controllers = 0
  for (const [at, owner] of (meta.ownerReferences ?? []).entries()) {
    const path = `metadata.ownerReferences[${at}]`
    if (!owner.apiVersion) errors.push(invalid(`${path}.apiVersion`, '', 'version must not be empty'))
    if (!owner.kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'))
    if (!owner.name) errors.push(invalid(`${path}.name`, '', 'must not be empty'))
    if (!owner.uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'))
    if (owner.controller === true) controllers++
  }
  if (controllers > 1) {
    errors.push(
      invalid(
        'metadata.ownerReferences',
        meta.ownerReferences,
        'Only one reference can have Controller set to true.',
      ),
    )
  }
  return errors
}

const finalizerErrors = (finalizers: readonly string[]): FieldError[] =>
  finalizers.flatMap((finalizer, at) => {
    const problem = qualifiedNameProblem(finalizer)
    const errors = problem === undefined ? [] : [invalid('metadata.finalizers', finalizer, problem)]
    if (finalizers.indexOf(finalizer) < at) errors.push(duplicate('metadata.finalizers', finalizer))
    return errors
  })

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
