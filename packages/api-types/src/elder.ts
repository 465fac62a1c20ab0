import type { KubeObject } from './meta.ts'

type Dated = Pick<KubeObject, 'metadata'>

/**
 * Comparison for sorting: the elder comes first, by creationTimestamp, then by name. Where several objects would give
 * one thing different values, the first decides. An object without a creationTimestamp is not created yet: it comes last.
 */
export const elder = (a: Dated, b: Dated): number => {
  const [bornA, bornB] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp]
  if (bornA !== bornB) {
    if (bornA === undefined) return 1
    if (bornB === undefined) return -1
    // The API server writes UTC with seconds, but RFC 3339 has other ways to say the same moment.
    const between = Date.parse(bornA) - Date.parse(bornB)
    if (between !== 0 && !Number.isNaN(between)) return between
  }
  return compareText(a.metadata.name ?? '', b.metadata.name ?? '')
}

const compareText = (a: string, b: string): number => {
  if (a === b) return 0
  return a < b ? -1 : 1
}
