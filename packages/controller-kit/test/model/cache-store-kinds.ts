import type { Kind } from '@odfmo/api-types/meta'
import { selectedBy } from '../../src/cache/selector.ts'
import { cluster, index, watch } from '../../src/watched-kind.ts'
import type { Thing } from './cache-same.ts'

const kind: Kind<Thing> = { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true }
export const { Thing: things } = cluster('c', { Thing: watch(kind, { labelSelector: 'ours' }) })
export const selected = selectedBy(things)
export const byValue = index(things, 'by-value', ({ value }) => [value])
export const byDigit = index(things, 'by-digit', ({ value }) => [...new Set(value)])

export const namespaces = ['n1', 'n2', 'n3']
export const names = ['a', 'b', 'c']
