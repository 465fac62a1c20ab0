import type { KubeObject } from '../kube-object.ts'
import type { PrinterColumn, Resource } from '../resources/resource.ts'
import { ageOf } from './age.ts'
import { builtInColumns } from './built-in-columns.ts'
import { partialOf } from './partial-object.ts'

const nameColumn: PrinterColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
  cell: (object) => object.metadata.name ?? '',
}

const ageColumn: PrinterColumn = {
  name: 'Age',
  type: 'string',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
}

const createdColumn: PrinterColumn = {
  ...ageColumn,
  name: 'Created At',
  type: 'date',
  cell: (object) => object.metadata.creationTimestamp ?? '',
}

const columnsOf = (resource: Resource): readonly PrinterColumn[] => [
  nameColumn,
  ...(resource.columns ??
    builtInColumns[`${resource.group}/${resource.plural}`] ?? [
      resource.isCustom ? ageColumn : createdColumn,
    ]),
]

const rowObject = (object: KubeObject, include: string): unknown => {
  switch (include) {
    case 'None':
      return undefined
    case 'Object':
      return object
    default:
      return partialOf(object)
  }
}

/** `meta.k8s.io/v1 Table` of objects, what `kubectl get` prints. */
export const tableOf = (
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  now: number,
  query: URLSearchParams,
): Record<string, unknown> => {
  const columns = columnsOf(resource)
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
      object: rowObject(object, query.get('includeObject') ?? 'Metadata'),
    })),
  }
}
