import { parseFieldSelector, selectedName } from '../selectors/field-selector.ts'
import type { RequestInfo } from './request-info.ts'

/** The one name that a field selector leaves; empty when it leaves more, or cannot be read. */
export const selectedNameIn = (query: URLSearchParams): string => {
  const selector = query.get('fieldSelector')
  if (selector === null) return ''
  try {
    return selectedName(parseFieldSelector(selector)) ?? ''
  } catch {
    return '' // answered 400 by the list itself, if the sender may list at all
  }
}

/** A list or a watch of one name by field selector counts as a wish for that name; deleting so does not. */
export const withSelectedName = (info: RequestInfo, query: URLSearchParams): RequestInfo => {
  if (!info.isResource || info.name !== '' || (info.verb !== 'list' && info.verb !== 'watch')) return info
  const name = selectedNameIn(query)
  return name === '' ? info : { ...info, name }
}
