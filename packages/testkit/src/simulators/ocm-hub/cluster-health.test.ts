import { expect, test } from 'vitest'
import type { Lease } from '@odfmo/api-types'
import { managedCluster } from '../../builders/builders.ts'
import { silence } from './cluster-health.ts'

const joined = managedCluster({
  status: {
    conditions: [
      { type: 'ManagedClusterJoined', status: 'True', reason: 'R', message: '', lastTransitionTime: '' },
    ],
  },
})
const lease = (renewTime: string): Lease => ({ metadata: {}, spec: { renewTime } })
const now = Date.parse('2026-01-01T00:05:00Z')

test('a cluster is silent after five missed renewals, not before, and only once it has joined', () => {
  expect(silence(joined, lease('2026-01-01T00:00:00.000000Z'), now)).toBeUndefined()
  expect(silence(joined, lease('2025-12-31T23:59:59.000000Z'), now)?.status).toBe('Unknown')
  expect(silence(joined, undefined, now)).toBeUndefined()
  expect(silence(managedCluster(), lease('2025-12-31T23:00:00.000000Z'), now)).toBeUndefined()
})
