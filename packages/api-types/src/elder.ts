import type { KubeObject } from './meta.ts'

type Dated = Pick<KubeObject, 'metadata'>

/**
 * Comparison for sorting: the elder comes first, by creationTimestamp, then by name. Where several objects would give
 * one thing different values, the first decides. What has no (readable) creationTimestamp is not created yet: it comes last.
 */
export const elder = (a: Dated, b: Dated): number => {
  const [bornA, bornB] = [born(a), born(b)]
  if (bornA !== bornB) return bornA < bornB ? -1 : 1
  const [nameA, nameB] = [a.metadata.name ?? '', b.metadata.name ?? '']
  if (nameA === nameB) return 0
  return nameA < nameB ? -1 : 1
}

/** As a moment, not as text: RFC 3339 has several ways to write one. */
const born = ({ metadata }: Dated): number => {
  const moment = Date.parse(metadata.creationTimestamp ?? '')
  return Number.isNaN(moment) ? Number.POSITIVE_INFINITY : moment
}
