import type { KubeObject } from '@odfmo/api-types/meta'

/** Kilobytes that nobody who reads a cache looks at. */
export const withoutManagedFields = <T extends KubeObject>(object: T): T => {
  if (object.metadata.managedFields === undefined) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}
