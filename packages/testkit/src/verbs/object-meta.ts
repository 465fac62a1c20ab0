import { forbiddenField, immutable, invalid, required, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { KubeObject, ObjectMeta } from '../kube-object.ts'
import { labelValueProblems, qualifiedNameProblems } from '../selectors/label-syntax.ts'

/** The fields of metadata in the order they are printed; others are not kept. */
const fields = [
  'name',
  'generateName',
  'namespace',
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
  'managedFields',
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
  return { apiVersion, kind, metadata: meta, ...rest }
}

/** Fields of metadata that a custom resource may have with nothing in them. */
const emptiable = {
  generateName: () => '',
  labels: () => ({}),
  annotations: () => ({}),
  ownerReferences: () => [],
  finalizers: () => [],
}

/** The fields of metadata that are there with nothing in them, null for one. */
export const emptyFields = (metadata: Readonly<Record<string, unknown>>): Partial<ObjectMeta> =>
  Object.fromEntries(
    Object.entries(emptiable)
      .filter(([field]) => metadata[field] !== undefined && isEmpty(metadata[field]))
      .map(([field, empty]) => [field, empty()]),
  )

const annotationsLimitBytes = 262_144

/** What keeps the entries of an object at `path` from being labels. */
export const labelErrors = (labels: Readonly<Record<string, unknown>>, path: string): FieldError[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid(path, key, problem)),
    ...labelValueProblems(String(value)).map((problem) => invalid(path, value, problem)),
  ])

/** The same of annotations. */
export const annotationErrors = (
  annotations: Readonly<Record<string, unknown>>,
  path: string,
): FieldError[] => {
  const errors = Object.keys(annotations).flatMap((key) =>
    qualifiedNameProblems(key.toLowerCase()).map((problem) => invalid(path, key, problem)),
  )
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(value)),
    0,
  )
  return size > annotationsLimitBytes ? [...errors, tooLong(path, annotationsLimitBytes)] : errors
}

/** Events come and go by themselves. */
const bannedOwners: readonly string[] = ['v1/Event', 'events.k8s.io/v1/Event', 'events.k8s.io/v1beta1/Event']

const hasVersion = (apiVersion = ''): boolean =>
  apiVersion !== '' && apiVersion.split('/').length <= 2 && !apiVersion.endsWith('/')

const ownerErrors = ({ ownerReferences = [] }: ObjectMeta): FieldError[] => {
  const path = 'metadata.ownerReferences'
  const errors: FieldError[] = []
  let controller = ''
  for (const reference of ownerReferences) {
    const { apiVersion, kind, name, uid, controller: isController } = reference
    if (!hasVersion(apiVersion))
      errors.push(invalid(`${path}.apiVersion`, apiVersion ?? '', 'version must not be empty'))
    if (!kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'))
    if (!name) errors.push(invalid(`${path}.name`, '', 'must not be empty'))
    if (!uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'))
    if (bannedOwners.includes(`${apiVersion}/${kind}`)) {
      const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
      errors.push(invalid(path, reference, `${version}, Kind=${kind} is disallowed from being an owner`))
    }
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

const bothPropagations = ['orphan', 'foregroundDeletion']

const finalizerErrors = (finalizers: readonly string[]): FieldError[] => [
  ...finalizers.flatMap((finalizer) =>
    qualifiedNameProblems(finalizer).map((problem) => invalid('metadata.finalizers', finalizer, problem)),
  ),
  ...(bothPropagations.every((finalizer) => finalizers.includes(finalizer))
    ? [
        invalid(
          'metadata.finalizers',
          finalizers,
          `finalizer ${bothPropagations.join(' and ')} cannot be both set`,
        ),
      ]
    : []),
]

const standardFinalizers: readonly string[] = ['kubernetes', ...bothPropagations]

/** Of built-in kinds: finalizers without a domain are the standard ones. */
export const plainFinalizerErrors = (finalizers: readonly string[], field: string): FieldError[] =>
  finalizers.flatMap((finalizer, at) =>
    finalizer.includes('/') || standardFinalizers.includes(finalizer)
      ? []
      : [
          invalid(
            `${field}[${at}]`,
            finalizer,
            'name is neither a standard finalizer name nor is it fully qualified',
          ),
        ],
  )

/** Bytes that texts of an entry may have. */
const managerLimits = { manager: 128, subresource: 256 }

const managerErrors = ({ managedFields = [] }: ObjectMeta): FieldError[] =>
  managedFields.flatMap((entry, at) =>
    Object.entries(managerLimits).flatMap(([field, limit]) => {
      const value = isJsonObject(entry) ? entry[field] : undefined
      return typeof value === 'string' && Buffer.byteLength(value) > limit
        ? [tooLong(`metadata.managedFields[${at}].${field}`, limit)]
        : []
    }),
  )

const mapErrors = (meta: ObjectMeta): FieldError[] => [
  ...managerErrors(meta),
  ...labelErrors(meta.labels ?? {}, 'metadata.labels'),
  ...annotationErrors(meta.annotations ?? {}, 'metadata.annotations'),
  ...ownerErrors(meta),
]

/** A prefix may end in a dash, where a name may not. */
const asWholeName = (prefix: string): string => prefix.replace(/(.)-$/, '$1a')

/** What is wrong with metadata, whatever was there before. */
export const metadataErrors = (
  meta: ObjectMeta,
  nameProblems: (name: string) => readonly string[],
): FieldError[] => [
  ...(meta.generateName === undefined || meta.generateName === ''
    ? []
    : nameProblems(asWholeName(meta.generateName)).map((problem) =>
        invalid('metadata.generateName', meta.generateName, problem),
      )),
  ...(meta.name === undefined || meta.name === ''
    ? [required('metadata.name', 'name or generateName is required')]
    : nameProblems(meta.name).map((problem) => invalid('metadata.name', meta.name, problem))),
  ...mapErrors(meta),
  ...finalizerErrors(meta.finalizers ?? []),
]

/** What may not become of metadata that was `old`. */
export const metadataUpdateErrors = (meta: ObjectMeta, old: ObjectMeta): FieldError[] => {
  const errors: FieldError[] = []
  if (old.deletionTimestamp) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer))
    if (added.length > 0) {
      const list = `[]string{${[...new Set(added)]
        .toSorted()
        .map((name) => JSON.stringify(name))
        .join(', ')}}`
      errors.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      )
    }
  }
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
  return [...errors, ...mapErrors(meta)]
}
