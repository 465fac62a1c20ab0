import { s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { mirrorPeer, peerRef, s3 } from '../test/builders.ts'
import { ask, objectOf, rules } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const entry = (cluster: string, secretName: string, region = 'noobaa'): string =>
  `- s3ProfileName: s3profile-${cluster}-ocs-storagecluster\n  s3Bucket: odrbucket-b1b922184baf\n  s3Region: ${region}\n` +
  `  s3CompatibleEndpoint: https://s3-openshift-storage.apps.${cluster}.example\n  s3SecretRef: {name: ${secretName}}\n`
const [ours, theirs] = [entry('cluster1', s3SecretName(one)), entry('cluster1', 'theirs')]
const rest = entry('cluster2', s3SecretName(two))

const condition = (...entries: readonly string[]) =>
  objectOf(
    ask(
      rules.status,
      { name: 'mirrorpeer-sample' },
      {
        mirrorPeers: [mirrorPeer()],
        secrets: [s3(one), s3(two)],
        ramenConfig: `s3StoreProfiles:\n${entries.join('')}`,
      },
    ),
  ).status?.conditions?.find(({ type }) => type === 'S3ProfilesSynced')

describe('S3ProfilesSynced', () => {
  it('is True when both profiles are there', () => {
    expect(condition(ours, rest)).toMatchObject({ status: 'True', reason: 'Synced' })
    expect(condition(ours, ours, rest)).toMatchObject({ status: 'True' })
  })

  it.each([
    ['in place of ours', [theirs, rest]],
    ['before ours: a reader takes the first', [theirs, ours, rest]],
    ['behind ours', [ours, theirs, rest]],
  ])('is False while a user’s entry of the name stands %s', (_name, entries) => {
    expect(condition(...entries)).toMatchObject({
      status: 'False',
      reason: 'ProfileTaken',
      message: expect.stringContaining('profile s3profile-cluster1-ocs-storagecluster in ConfigMap '),
    })
  })

  it.each([
    ['is missing', [rest]],
    ['differs', [entry('cluster1', s3SecretName(one), 'old'), rest]],
    ['is there twice and one differs', [ours, entry('cluster1', s3SecretName(one), 'old'), rest]],
  ])('is False while a profile %s', (_name, entries) => {
    expect(condition(...entries)).toMatchObject({ status: 'False', reason: 'Writing' })
  })
})
