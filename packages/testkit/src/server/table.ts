import { badRequest } from '../api-error.ts'
import { recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { PrinterColumn, Resource } from '../resources/resource.ts'
import { ageOf } from './age.ts'
import { builtInColumns } from './columns/built-in-columns.ts'
import { eventColumns } from './columns/event-columns.ts'
import { podRowConditions } from './columns/pod-columns.ts'
import { partialOf } from './partial-object.ts'

/** A default storage class says so. */
const nameOf = ({ kind, metadata }: KubeObject): string =>
  kind === 'StorageClass' && metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
    ? `${metadata.name ?? ''} (default)`
    : (metadata.name ?? '')

const nameColumn: PrinterColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  priority: 0,
  cell: nameOf,
}

/** Of custom resources without columns of their own. */
const ageColumn: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  cell: ({ metadata }, now) =>
    metadata.creationTimestamp === undefined ? null : ageOf(metadata.creationTimestamp, now),
}

const createdColumn: PrinterColumn = {
  ...ageColumn,
  name: 'Created At',
  cell: (object) => object.metadata.creationTimestamp ?? '',
}

/** Those of custom resources are told by another part of the server. */
const scaleColumns = (isCustom: boolean): readonly PrinterColumn[] => [
  isCustom ? nameColumn : { ...nameColumn, format: '' },
  { name: 'Desired', type: 'integer', cell: (scale) => recordAt(scale, 'spec')['replicas'] ?? 0 },
  { name: 'Available', type: 'integer', cell: (scale) => recordAt(scale, 'status')['replicas'] ?? 0 },
  isCustom ? ageColumn : { ...ageColumn, type: 'string' },
]

const isScale = ({ apiVersion, kind }: KubeObject): boolean =>
  apiVersion === 'autoscaling/v1' && kind === 'Scale'

const columnsOf = (resource: Resource): readonly PrinterColumn[] =>
  resource.plural === 'events' && !resource.isCustom
    ? eventColumns
    : [
        nameColumn,
        ...(resource.columns ??
          builtInColumns[`${resource.group}/${resource.plural}`] ?? [
            resource.isCustom ? ageColumn : createdColumn,
          ]),
      ]

const rowObject = (object: KubeObject, include: string): unknown => {
  switch (include) {
    case 'None':
      return null
    case 'Object':
      return object
    default:
      return partialOf(object)
  }
}

/** Which part of the objects the rows of a table hold; throws the 400 of a wish that does not exist. */
export const includedObject = (query: URLSearchParams): string => {
  const include = query.get('includeObject') ?? ''
  if (['', 'Metadata', 'Object', 'None'].includes(include)) return include
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
  )
}

/** `meta.k8s.io/v1 Table` of objects, what `kubectl get` prints. */
export const tableOf = (
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  now: number,
  query: URLSearchParams,
): Record<string, unknown> => {
  const columns = objects.some(isScale) ? scaleColumns(resource.isCustom) : columnsOf(resource)
  const include = includedObject(query)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now) ?? null),
      ...(resource.table === '/pods' ? { conditions: podRowConditions(object) } : {}),
      object: rowObject(object, include),
    })),
  }
}
