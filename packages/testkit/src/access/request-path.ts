import type { Kind } from '@odfmo/api-types/meta'

/** Which objects of a kind a list or a watch is about; all when nothing is said. */
export interface Selection {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** The path of an object, or of a collection when no name is given. */
export const pathOf = (
  kind: Kind,
  key: { readonly namespace?: string; readonly name?: string },
  subresource?: string,
): string => {
  const group = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const namespace =
    kind.namespaced && key.namespace !== undefined ? `/namespaces/${encodeURIComponent(key.namespace)}` : ''
  const name = key.name === undefined ? '' : `/${encodeURIComponent(key.name)}`
  return `${group}${namespace}/${kind.plural}${name}${subresource === undefined ? '' : `/${subresource}`}`
}

/** `?…` with the selectors and further parameters, or nothing. */
export const queryOf = (
  { labelSelector, fieldSelector }: Selection,
  more: Readonly<Record<string, string>> = {},
): string => {
  const query = new URLSearchParams(more)
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector)
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
