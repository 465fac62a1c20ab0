import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mirrorPeer, ref } from '../../test/mirror-peers.ts'
import type { MirrorPeer } from '../kinds/mirror-peer.ts'
import { clustersOfAgent } from './agent-rule.ts'
import { validateMirrorPeerUpdate } from './validate-mirror-peer-update.ts'

const found = (before: MirrorPeer, after: MirrorPeer, username?: string): string[] =>
  validateMirrorPeerUpdate(before, after, { username }).problems.map(({ path, code }) => `${path} ${code}`)

describe('validateMirrorPeerUpdate', () => {
  const items = [ref('c1'), ref('c2')]

  it.each([
    ['the order of the items', { items: items.toReversed() }],
    ['manageS3', { manageS3: true }],
    ['the intervals', { schedulingIntervals: ['1h', '2h'] }],
  ])('allows %s to change', (_what, spec) => {
    expect(found(mirrorPeer(), mirrorPeer(spec))).toEqual([])
  })

  it('refuses another type, also when it is left out of a sync object', () => {
    expect(found(mirrorPeer({ type: 'sync' }), mirrorPeer())).toEqual(['spec.type Immutable'])
    expect(found(mirrorPeer(), mirrorPeer({ type: 'sync' }))).toEqual(['spec.type Immutable'])
    expect(found(mirrorPeer({ type: 'async' }), mirrorPeer({ manageS3: true }))).toEqual([])
  })

  it.each([
    ['another cluster', [ref('c1'), ref('c3')], ['spec.items[1] Immutable']],
    ['another name', [ref('c1', 'x'), ref('c2')], ['spec.items[0] Immutable']],
    ['both', [ref('x'), ref('y')], ['spec.items[0] Immutable', 'spec.items[1] Immutable']],
    ['one less', [ref('c1')], ['spec.items Immutable', 'spec.items WrongCount']],
    ['one more', [...items, ref('c3')], ['spec.items[2] Immutable', 'spec.items WrongCount']],
    ['one twice', [ref('c1'), ref('c1')], ['spec.items Immutable', 'spec.items[1] DuplicateItem']],
    ['none', undefined, ['spec.items Immutable', 'spec.items Required']],
  ])('refuses %s among the items', (_what, changed, problems) => {
    expect(found(mirrorPeer({ items }), mirrorPeer({ items: changed }))).toEqual(problems)
  })

  it('compares items field by field', () => {
    const before = mirrorPeer({ items: [ref('a-b', 'd', 'c'), ref('x')] })
    const after = mirrorPeer({ items: [ref('a', 'd', 'b-c'), ref('x')] })
    expect(found(before, after)).toEqual(['spec.items[0] Immutable'])
  })

  it.each([
    ['an interval', { schedulingIntervals: ['5x'] }],
    ['one item', { items: [ref('c1')] }],
    ['no spec of any sense', { items: 5, type: {}, manageS3: 'x' }],
  ])('lets an object that is invalid by %s lose its finalizers', (_what, spec) => {
    const before = mirrorPeer(spec, {
      finalizers: ['hub.multicluster.odf.openshift.io'],
      deletionTimestamp: '2023-01-30T00:00:00Z',
    })
    expect(found(before, mirrorPeer(spec, { deletionTimestamp: '2023-01-30T00:00:00Z' }))).toEqual([])
    expect(found({ metadata: {} } as MirrorPeer, { metadata: { labels: {} } } as MirrorPeer)).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
  ])('refuses an update of %s, whoever asks, and says what is missing', (_what, before) => {
    for (const username of [undefined, 'system:serviceaccount:c1:tokenexchange-agent']) {
      const { ok, problems } = validateMirrorPeerUpdate(before as unknown as MirrorPeer, mirrorPeer(), {
        username,
      })
      expect(ok).toBe(false)
      expect(problems).toEqual([
        {
          path: '',
          code: 'Required',
          message: `the old MirrorPeer is missing, there is ${JSON.stringify(before) ?? 'undefined'}: an update is judged by what it changes`,
        },
      ])
    }
    const codes = found(before as unknown as MirrorPeer, mirrorPeer({ type: 'metro' }))
    expect(codes).toEqual([' Required', 'spec.type NotSupported'])
  })

  it('takes what is only spelled otherwise for unchanged', () => {
    const before = mirrorPeer({ schedulingIntervals: [], unknown: 1, items: [ref('c1')] })
    const after = mirrorPeer({
      type: 'async',
      schedulingIntervals: ['5m'],
      manageS3: false,
      items: [ref('c1')],
    })
    expect(found(before, after)).toEqual([])
  })

  it('never throws, whatever comes', () => {
    const anything = fc.oneof(fc.anything(), fc.record({ metadata: fc.anything(), spec: fc.anything() }))
    const agent = fc.constantFrom(undefined, 'system:serviceaccount:c1:tokenexchange-agent')
    fc.assert(
      fc.property(anything, anything, agent, (before, after, username) => {
        const { ok, problems } = validateMirrorPeerUpdate(before as MirrorPeer, after as MirrorPeer, {
          username,
        })
        expect(ok).toBe(problems.length === 0)
      }),
    )
  })

  it('judges the new spec when it changes', () => {
    expect(found(mirrorPeer(), mirrorPeer({ schedulingIntervals: ['x'] }))).toEqual([
      'spec.schedulingIntervals[0] BadInterval',
    ])
  })
})

describe('an update by an agent', () => {
  const byCertificate = 'system:open-cluster-management:cluster:c1:addon:tokenexchange:agent:tokenexchange'
  const byToken = 'system:serviceaccount:c1:tokenexchange-agent'
  const own = 'c1.spoke.multicluster.odf.openshift.io'
  const other = 'c2.spoke.multicluster.odf.openshift.io'
  const hub = 'hub.multicluster.odf.openshift.io'

  it('is known by its user, and by the group of its cluster’s agent', () => {
    const group = 'system:open-cluster-management:cluster:c1:addon:tokenexchange'
    expect(clustersOfAgent({ username: byCertificate })).toEqual(['c1'])
    expect(clustersOfAgent({ username: byToken })).toEqual(['c1'])
    expect(clustersOfAgent({ username: byCertificate, groups: [group, 'system:authenticated'] })).toEqual([
      'c1',
    ])
    expect(clustersOfAgent({ username: 'somebody', groups: ['others', group] })).toEqual(['c1'])
    expect(clustersOfAgent({ username: byToken, groups: [group.replace('c1', 'c2')] })).toEqual(['c1', 'c2'])
    for (const username of [
      'admin',
      group,
      `${byToken}-2`,
      `x${byCertificate}`,
      'system:serviceaccount:a:b:tokenexchange-agent',
    ]) {
      expect(clustersOfAgent({ username })).toEqual([])
    }
    for (const one of [
      byCertificate,
      `${group}\n`,
      `x${group}`,
      'system:open-cluster-management:addon:tokenexchange',
      'system:open-cluster-management:cluster:a:b:addon:tokenexchange',
      'system:open-cluster-management:c1',
    ]) {
      expect(clustersOfAgent({ username: 'somebody', groups: [one] })).toEqual([])
    }
    expect(clustersOfAgent({})).toEqual([])
  })

  it('is held to its own finalizer under any name, and nobody is the agent of two', () => {
    const groups = ['system:open-cluster-management:cluster:c1:addon:tokenexchange']
    const including = mirrorPeer({}, { finalizers: [hub, own] })
    const update = (username: string, after: MirrorPeer) =>
      validateMirrorPeerUpdate(including, after, { username, groups }).problems.map(
        ({ path, message }) => `${path}: ${message}`,
      )
    expect(update('somebody', mirrorPeer({}, { finalizers: [hub] }))).toEqual([])
    expect(update('somebody', mirrorPeer({}, { finalizers: [own] }))).toEqual([
      'metadata.finalizers: the agent of c1 may change nothing of a MirrorPeer but its own finalizer',
    ])
    const another = 'system:serviceaccount:c2:tokenexchange-agent'
    expect(update(another, including)).toEqual(['metadata: nobody is the agent of several clusters: c2, c1'])
  })

  it.each([byCertificate, byToken])('may put and take its own finalizer: %s', (user) => {
    const without = mirrorPeer({}, { finalizers: [hub, other] })
    const including = mirrorPeer({}, { finalizers: [hub, other, own] })
    expect(found(without, including, user)).toEqual([])
    expect(found(including, without, user)).toEqual([])
  })

  it('may put the whole typed object, as the original does', () => {
    const before = mirrorPeer({ unknown: 1 }, { labels: {}, resourceVersion: '1', managedFields: [{}] })
    const after = mirrorPeer(
      { type: 'async', schedulingIntervals: ['5m'], manageS3: false },
      { finalizers: [own], generation: 2 },
    )
    expect(found(before, { ...after, status: { phase: 'Deleting' } }, byCertificate)).toEqual([])
  })

  it.each([
    ['spec', mirrorPeer({ manageS3: true }), 'spec'],
    ['the order of the items', mirrorPeer({ items: [ref('c2'), ref('c1')] }), 'spec'],
    ['labels', mirrorPeer({}, { labels: { a: 'b' } }), 'metadata.labels'],
    ['annotations', mirrorPeer({}, { annotations: { a: 'b' } }), 'metadata.annotations'],
    [
      'owners',
      mirrorPeer({}, { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'u' }] }),
      'metadata.ownerReferences',
    ],
    ['the hub’s finalizer', mirrorPeer({}, { finalizers: [hub] }), 'metadata.finalizers'],
    ['another agent’s finalizer', mirrorPeer({}, { finalizers: [other] }), 'metadata.finalizers'],
  ])('may not change %s', (_what, after, path) => {
    expect(found(mirrorPeer(), after, byCertificate)).toEqual([`${path} NotTheAgents`])
    expect(found(mirrorPeer(), after, 'admin')).toEqual([])
  })

  it('may do so with the short form of the original, unless that is another cluster’s whole name', () => {
    const long = 'production-cluster-europe-west-0002'
    const user = byToken.replace('c1', long)
    const short = { finalizers: ['production.spoke.multicluster.odf.openshift.io'] }
    const twins = { items: [ref(long), ref('production-cluster-europe-west-0001')] }
    expect(found(mirrorPeer(twins), mirrorPeer(twins, short), user)).toEqual([])
    const mistaken = { items: [ref(long), ref('production')] }
    expect(found(mirrorPeer(mistaken), mirrorPeer(mistaken, short), user)).toEqual([
      'metadata.finalizers NotTheAgents',
    ])
  })

  it('may not put its finalizer where its cluster is not named, but take off what is left there', () => {
    const elsewhere = { items: [ref('c2'), ref('c3')] }
    const held = mirrorPeer(elsewhere, { finalizers: [hub, own] })
    const free = mirrorPeer(elsewhere, { finalizers: [hub] })
    expect(found(free, held, byToken)).toEqual(['metadata.finalizers NotTheAgents'])
    expect(validateMirrorPeerUpdate(free, held, { username: byCertificate }).problems).toMatchObject([
      { message: expect.stringContaining('does not name the cluster c1') },
    ])
    expect(found(held, free, byToken)).toEqual([])
    expect(found(held, { ...held, status: { phase: 'Deleting' } }, byToken)).toEqual([])
    expect(found(free, held, 'admin')).toEqual([])
  })

  it('may not name its cluster itself to get there', () => {
    const elsewhere = mirrorPeer({ items: [ref('c2'), ref('c3')] }, { finalizers: [hub] })
    const named = mirrorPeer({ items: [ref('c1'), ref('c3')] }, { finalizers: [hub, own] })
    expect(found(elsewhere, named, byToken)).toContain('metadata.finalizers NotTheAgents')
  })

  it('may not take the short form of the original from a cluster that is named when it is not', () => {
    const [europe, asia] = ['production-cluster-europe-west-0002', 'production-cluster-asia-east-00001']
    const short = 'production.spoke.multicluster.odf.openshift.io'
    const held = mirrorPeer({ items: [ref(europe), ref('c2')] }, { finalizers: [short] })
    const free = mirrorPeer({ items: [ref(europe), ref('c2')] })
    expect(found(held, free, byToken.replace('c1', asia))).toEqual(['metadata.finalizers NotTheAgents'])
    expect(found(held, free, byToken.replace('c1', europe))).toEqual([])
  })
})
