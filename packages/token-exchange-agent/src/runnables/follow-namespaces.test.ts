import { describe, expect, it } from 'vitest'
import { hubFinalizer, mirrorPeer, namespace, ownFinalizer, refOf, scopeOf } from '../../test/cases.ts'
import { namespacesFor } from './follow-namespaces.ts'

const elsewhere = (options: Parameters<typeof mirrorPeer>[0]) =>
  mirrorPeer({
    items: [refOf('cluster1', { name: 'storage', namespace: 'elsewhere' }), refOf('cluster2')],
    ...options,
  })

describe('the namespaces that are watched', () => {
  it.each([
    ['the agent’s own without any MirrorPeer', [], [namespace]],
    ['those of the StorageClusters of MirrorPeers', [mirrorPeer(), elsewhere({})], ['elsewhere', namespace]],
    [
      'one that the hub has accepted, so that clean-up and start have all they need',
      [elsewhere({ finalizers: [hubFinalizer] })],
      ['elsewhere', namespace],
    ],
    [
      'not of one the hub has not accepted: there are no rights there',
      [elsewhere({ finalizers: [] })],
      [namespace],
    ],
    [
      'one being cleaned up',
      [elsewhere({ deleting: true, finalizers: [ownFinalizer] })],
      ['elsewhere', namespace],
    ],
    [
      'not of one whose clean-up is done',
      [elsewhere({ deleting: true, finalizers: [hubFinalizer] })],
      [namespace],
    ],
    [
      'not those of other clusters',
      [mirrorPeer({ items: [refOf('cluster2', { name: 's', namespace: 'x' }), refOf('cluster3')] })],
      [namespace],
    ],
  ])('are %s', (_, mirrorPeers, storage) => {
    expect(namespacesFor(mirrorPeers as never, scopeOf())).toEqual({ storage, claims: storage })
  })

  it('are besides the one for buckets, only for what belongs to buckets', () => {
    expect(namespacesFor([], scopeOf({ odrNamespace: 'odr' }))).toEqual({
      storage: [namespace],
      claims: ['odr', namespace],
    })
  })
})
