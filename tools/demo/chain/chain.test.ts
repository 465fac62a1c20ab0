import type { MirrorPeer } from '@odfmo/api-types'
import { expect, test } from 'vitest'
import { generatedMirrorPeers, generatedNames } from '../input/generated-input.ts'
import { chainOf } from './chain.ts'

const linesOf = (mirrorPeers: readonly MirrorPeer[]): string[] =>
  chainOf(mirrorPeers, 'openshift-operators').map(
    ({ about, step, cluster, object }) => `${about}: ${step}: ${cluster} ${object}`,
  )

test('one MirrorPeer entails the objects of the contract, by their computed names', () => {
  const lines = linesOf(generatedMirrorPeers(generatedNames(2)))
  expect(lines).toEqual(
    expect.arrayContaining([
      'hub: MirrorPeer taken: hub mirrorpeers mirrorpeer-sample',
      'cluster1: add-on placed: hub managedclusteraddons cluster1/tokenexchange',
      'cluster1: agent runs: cluster1 deployments openshift-storage/token-exchange-agent',
      'cluster1: blue secret: hub secrets cluster1/271080886d225db56027eda82b520e9b2c019e1',
      'cluster1: green secret: hub secrets cluster1/4446d6504fadb8362e6814327c7a1172b9735c0',
      'cluster1: token on the spoke: cluster1 secrets openshift-storage/4446d6504fadb8362e6814327c7a1172b9735c0',
      'cluster2: green secret: hub secrets cluster2/271080886d225db56027eda82b520e9b2c019e1',
      'cluster1: bucket claimed: cluster1 objectbucketclaims openshift-storage/odrbucket-b1b922184baf',
      'cluster1: replication class: cluster1 volumereplicationclasses rbd-volumereplicationclass-1625360775',
      'cluster1: S3 profile: hub secrets openshift-operators/a6bd33b0ff333553dce289cbbbb56976a789b8f',
      'cluster2: DRCluster: hub drclusters cluster2',
    ]),
  )
  expect(lines.at(0)).toBe('hub: MirrorPeer taken: hub mirrorpeers mirrorpeer-sample')
  expect(lines.at(-1)).toBe('hub: Ready: hub mirrorpeers mirrorpeer-sample')
})

test('what two MirrorPeers share is there once', () => {
  const lines = linesOf(generatedMirrorPeers(generatedNames(3)))
  expect(new Set(lines).size).toBe(lines.length)
  expect(lines.filter((line) => line.startsWith('cluster2: agent runs'))).toHaveLength(1)
  expect(lines.filter((line) => line.startsWith('cluster2: green secret'))).toHaveLength(2)
})

test('without manageS3 nothing is expected in the namespace of Ramen', () => {
  const [one] = generatedMirrorPeers(generatedNames(2))
  const lines = linesOf(one === undefined ? [] : [{ ...one, spec: { ...one.spec, manageS3: false } }])
  expect(lines.filter((line) => line.includes('S3 profile'))).toEqual([])
  expect(lines).toContain('cluster1: DRCluster: hub drclusters cluster1')
})
