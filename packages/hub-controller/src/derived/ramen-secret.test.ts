import { contract, type Secret } from '@odfmo/api-types'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { blue, external, fsidOf, mirrorPeer, peerRef, podNamespace, s3, textOf } from '../test/builders.ts'
import { goldenObject } from '../test/golden.ts'
import { ask, hub, keysFrom, objectOf, ramenConfigMap, rules } from '../test/hub-world.ts'

const [one, two] = [peerRef('cluster1'), peerRef('cluster2')]
const key = { namespace: podNamespace, name: s3SecretName(one) }
const rule = rules.ramenSecret
const secrets = [s3(one), s3(two)]

describe('the S3 keys for Ramen', () => {
  it('are what the original made of the agent’s secret', () => {
    const name = 'a6bd33b0ff333553dce289cbbbb56976a789b8f'
    const source = goldenObject<Secret>(`secrets__cluster1__${name}`)
    const golden = goldenObject<Secret>(`secrets__openshift-operators__${name}`)
    const wanted = objectOf(ask(rule, { ...key, name }, { mirrorPeers: [mirrorPeer()], secrets: [source] }))
    expect(wanted).toMatchObject({
      type: golden.type,
      data: golden.data,
      metadata: { name, namespace: podNamespace, labels: golden.metadata.labels },
    })
  })

  it('are exact, and made anew where their type is another one, which cannot be changed', () => {
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets })).toMatchObject({
      options: { exact: ['data'], immutable: ['type'] },
    })
  })

  it('are ours by their label, also when somebody emptied them, and by their content where the label was taken off', () => {
    const labels = { [contract.label.createdBy]: contract.createdBy.mirrorPeerSecret }
    for (const [made, mine] of [
      [rule, contract.s3Key.accessKeyId],
      [rules.ramenFsidSecret, contract.ramen.fsidKey],
    ] as const) {
      expect(made.ours?.({ metadata: { ...key, labels } }, key)).toBe(true)
      expect(made.ours?.({ metadata: key, data: { [mine]: 'eA==' } }, key)).toBe(true)
      expect(made.ours?.({ metadata: key, data: { other: 'eA==' } }, key)).toBe(false)
    }
  })

  it('follow the agent’s secret', () => {
    const rotated = s3(one, { AWS_SECRET_ACCESS_KEY: 'new' })
    const wanted = objectOf(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [rotated] }))
    expect(textOf(wanted.data?.['AWS_SECRET_ACCESS_KEY'])).toBe('new')
  })

  it('stay while the agent’s secret is away', () => {
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()] })).toMatchObject({
      is: 'waiting',
      reason: 'NoS3Secret',
    })
  })

  it.each([
    ['another StorageCluster', { ...s3(one), data: { ...s3(one).data, 'storage-cluster-name': 'eA==' } }],
    ['another namespace', { ...s3(one), data: { ...s3(one).data, namespace: 'eA==' } }],
    ['another profile', s3(one, { s3ProfileName: 's3profile-cluster2-ocs-storagecluster' })],
    ['no key', s3(one, { AWS_ACCESS_KEY_ID: '' })],
    ['no JSON', { ...s3(one), data: { ...s3(one).data, 'secret-data': 'eA==' } }],
    ['another origin', { ...s3(one), data: { ...s3(one).data, 'secret-origin': 'cm9vaw==' } }],
    [
      'another label',
      { ...s3(one), metadata: { ...s3(one).metadata, labels: { [contract.label.secretType]: 'BLUE' } } },
    ],
  ] as const)('are not made from a secret with %s, and nothing of it is told', (_name, secret) => {
    const wanted = ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [secret] })
    expect(wanted).toMatchObject({ is: 'waiting', reason: 'InvalidS3Secret' })
    expect(JSON.stringify(wanted)).not.toMatch(/access-cluster1|secret-cluster1/)
  })

  it.each([
    ['goes without manageS3', mirrorPeer({ spec: { manageS3: false } }), 'absent'],
    ['goes when the agents are done', mirrorPeer({ deleting: true }), 'absent'],
    ['stays while they are not', mirrorPeer({ deleting: true, agents: ['cluster2'] }), 'present'],
    ['is not made before our finalizer is seen', mirrorPeer({ hubFinalizer: false }), 'waiting'],
  ])('%s', (_name, peer, is) => {
    expect(ask(rule, key, { mirrorPeers: [peer], secrets, ramenConfig: '' }).is).toBe(is)
  })

  it('go after the profile that refers to them', () => {
    const ramenConfig = `s3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef: {name: ${key.name}}\n`
    const mirrorPeers = [mirrorPeer({ deleting: true })]
    expect(ask(rule, key, { mirrorPeers, ramenConfig })).toMatchObject({
      is: 'waiting',
      reason: 'ProfileFirst',
    })
    expect(ask(rule, key, { mirrorPeers, ramenConfig: ramenConfigMap() }).is).toBe('absent')
  })

  it('stay while the configuration mentions them and cannot be read', () => {
    const unreadable = `s3StoreProfiles: [\n- s3SecretRef: {name: ${key.name}}\n`
    for (const peer of [mirrorPeer({ deleting: true }), mirrorPeer({ spec: { manageS3: false } })]) {
      expect(ask(rule, key, { mirrorPeers: [peer], ramenConfig: unreadable })).toMatchObject({
        is: 'waiting',
        reason: 'ProfileFirst',
      })
      expect(ask(rule, key, { mirrorPeers: [peer], ramenConfig: 's3StoreProfiles: [\n' }).is).toBe('absent')
    }
  })

  it('stay while an entry names them that no MirrorPeer is left to take away', () => {
    const entry = (name: string): string =>
      `s3StoreProfiles:\n- s3ProfileName: x\n  s3SecretRef: {name: ${name}}\n`
    expect(ask(rule, key, { mirrorPeers: [], ramenConfig: entry(key.name) })).toMatchObject({
      is: 'waiting',
      reason: 'ProfileFirst',
    })
    expect(ask(rule, key, { mirrorPeers: [], ramenConfig: entry('other') }).is).toBe('absent')
    // A user's entry under another name holds up nobody who deletes a MirrorPeer.
    const mirrorPeers = [mirrorPeer({ deleting: true })]
    expect(ask(rule, key, { mirrorPeers, ramenConfig: entry(key.name) }).is).toBe('absent')
  })

  it('say which secret is ignored that was delivered under another name', () => {
    const astray = { ...s3(one), metadata: { ...s3(one).metadata, name: 'astray' } }
    expect(ask(rule, key, { mirrorPeers: [mirrorPeer()], secrets: [astray] })).toMatchObject({
      is: 'waiting',
      reason: 'InvalidS3Secret',
      message: expect.stringContaining(
        `secret astray in namespace cluster1 is ignored: expected the name ${key.name}`,
      ),
    })
  })

  it('are told from the fsid secret by what they hold', () => {
    const s3Secret = {
      metadata: { ...key, labels: { [contract.label.createdBy]: 'mirrorpeersecret' } },
      data: { AWS_ACCESS_KEY_ID: 'eA==' },
    }
    const fsidSecret = { ...s3Secret, data: { fsid: 'eA==' } }
    expect(keysFrom(rule as never, hub.RamenSecret, s3Secret)).toEqual([key])
    expect(keysFrom(rule as never, hub.RamenSecret, fsidSecret)).toEqual([])
    expect(keysFrom(rules.ramenFsidSecret as never, hub.RamenSecret, fsidSecret)).toEqual([key])
    expect(rule.ours?.({ metadata: key, data: { password: 'eA==' } }, key)).toBe(false)
  })
})

describe('the fsid of external Ceph for Ramen', () => {
  const fsidKey = { namespace: podNamespace, name: hubSecretName(one) }
  const sync = mirrorPeer({ spec: { type: 'sync' } })

  it('is there for type sync, with and without manageS3', () => {
    for (const manageS3 of [true, false]) {
      const peer = mirrorPeer({ spec: { type: 'sync', manageS3 } })
      const wanted = objectOf(
        ask(rules.ramenFsidSecret, fsidKey, { mirrorPeers: [peer], secrets: [external(one)] }),
      )
      expect(wanted.metadata).toEqual({
        ...fsidKey,
        labels: { [contract.label.createdBy]: 'mirrorpeersecret' },
      })
      expect(wanted.type).toBe('Opaque')
      expect(Object.keys(wanted.data ?? {})).toEqual(['fsid'])
      expect(textOf(wanted.data?.['fsid'])).toBe(fsidOf('cluster1'))
    }
  })

  it('is not there for type async, and goes with its MirrorPeer', () => {
    expect(
      ask(rules.ramenFsidSecret, fsidKey, { mirrorPeers: [mirrorPeer()], secrets: [external(one)] }).is,
    ).toBe('absent')
    expect(
      ask(rules.ramenFsidSecret, fsidKey, {
        mirrorPeers: [mirrorPeer({ spec: { type: 'sync' }, deleting: true })],
      }).is,
    ).toBe('absent')
  })

  it('is refused for converged storage', () => {
    expect(ask(rules.ramenFsidSecret, fsidKey, { mirrorPeers: [sync], secrets: [blue(one)] })).toMatchObject({
      is: 'waiting',
      reason: 'ConvergedStorage',
      message: expect.stringContaining('StorageCluster openshift-storage/ocs-storagecluster of cluster1'),
    })
  })
})
