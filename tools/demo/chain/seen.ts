import type { KubeObject } from '@odfmo/api-types/meta'

/** The objects of one cluster as last seen, by resource and `namespace/name`. */
export interface Seen {
  get(cluster: string, resource: string, name: string, namespace?: string): KubeObject | undefined
  list(cluster: string, resource: string, namespace?: string): readonly KubeObject[]
}

/** The value at `spec.mirroring.enabled` or `metadata.labels['a.b/c']` (as segments), undefined when it is not there. */
export function at(object: unknown, ...segments: readonly string[]): unknown {
  let value = object
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[segment]
  }
  return value
}

/** The text at a path, undefined when there is none. */
export function textAt(object: unknown, ...segments: readonly string[]): string | undefined {
  const value = at(object, ...segments)
  return typeof value === 'string' ? value : undefined
}

/** The status of a condition in `status.conditions`, and what it says. */
export function conditionOf(
  object: unknown,
  type: string,
): { status: string; reason: string; message: string } | undefined {
  const conditions = at(object, 'status', 'conditions')
  if (!Array.isArray(conditions)) return undefined
  const found: unknown = conditions.find((condition) => at(condition, 'type') === type)
  if (found === undefined) return undefined
  return {
    status: textAt(found, 'status') ?? '',
    reason: textAt(found, 'reason') ?? '',
    message: textAt(found, 'message') ?? '',
  }
}
