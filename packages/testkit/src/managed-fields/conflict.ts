import { ApiError } from '../api-error.ts'
import type { ManagerEntry } from './manager-entry.ts'
import { managerKey } from './manager-entry.ts'
import { pathText } from './path-element.ts'
import type { FieldPath } from './path-element.ts'

/** A field that is applied with another value than its owner gave it. */
export interface Conflict {
  readonly owner: ManagerEntry
  readonly path: FieldPath
}

/** An apply that would take fields of others, without force. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'
  readonly conflicts: readonly Conflict[]

  constructor(conflicts: readonly Conflict[]) {
    super(messageOf(conflicts))
    this.conflicts = conflicts
  }
}

const ownerText = ({ manager, subresource, operation, apiVersion }: ManagerEntry): string => {
  const name = JSON.stringify(manager)
  const through = subresource === '' ? name : `${name} with subresource ${JSON.stringify(subresource)}`
  return operation === 'Update' ? `${through} using ${apiVersion}` : through
}

const messageOf = (conflicts: readonly Conflict[]): string => {
  const [first] = conflicts
  if (first !== undefined && conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${ownerText(first.owner)}: ${pathText(first.path)}`
  const byOwner = new Map<string, Conflict[]>()
  for (const conflict of conflicts) {
    const key = managerKey(conflict.owner)
    byOwner.set(key, [...(byOwner.get(key) ?? []), conflict])
  }
  const lines = [...byOwner]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, [one, ...more]]) =>
      one === undefined
        ? []
        : [
            `conflicts with ${ownerText(one.owner)}:`,
            ...[one, ...more].map(({ path }) => `- ${pathText(path)}`),
          ],
    )
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
}

/** The 409 of conflicts, with a cause for each field. */
export const conflictStatus = ({ message, conflicts }: ConflictError): ApiError =>
  new ApiError(409, 'Conflict', message, {
    causes: conflicts.map(({ owner, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${ownerText(owner)}`,
      field: pathText(path),
    })),
  })
