import { expect, test } from 'vitest'
import { validateMirrorPeer } from '@odfmo/api-types'
import { managedCluster, mirrorPeer, peerRef, storageCluster } from './builders.ts'

test('a MirrorPeer without a word said is a valid one', () => {
  expect(validateMirrorPeer(mirrorPeer()).problems).toEqual([])
})

test('an override reaches any depth and leaves its neighbours alone', () => {
  const built = managedCluster({
    metadata: { labels: { region: 'east' } },
    spec: { hubAcceptsClient: false },
  })
  expect(built.metadata).toEqual({ name: 'cluster1', labels: { region: 'east' } })
  expect(built.spec).toEqual({ hubAcceptsClient: false, leaseDurationSeconds: 60 })
})

test('a list is given whole', () => {
  const items = [peerRef({ clusterName: 'east' }), peerRef({ clusterName: 'west' })]
  expect(mirrorPeer({ spec: { items } }).spec.items.map(({ clusterName }) => clusterName)).toEqual([
    'east',
    'west',
  ])
})

test('undefined takes a default away, in the copy alone', () => {
  expect(mirrorPeer({ spec: { schedulingIntervals: undefined } }).spec).not.toHaveProperty(
    'schedulingIntervals',
  )
  expect(mirrorPeer().spec.schedulingIntervals).toEqual(['5m'])
  expect(storageCluster({ metadata: { namespace: 'other' } }).metadata.name).toBe('ocs-storagecluster')
})
