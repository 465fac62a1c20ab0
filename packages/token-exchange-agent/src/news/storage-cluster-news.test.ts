import {
  ManualClock,
  staticCache,
  type EventNote,
  type Explanation,
  type State,
  type WatchedKind,
} from '@odfmo/controller-kit'
import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import {
  app,
  mirrorPeer,
  namespace,
  refOf,
  scopeOf,
  storageCluster,
  storageClusterName,
} from '../../test/cases.ts'
import { exchanged, keys } from '../../test/everything.ts'
import { agentApp } from '../app.ts'
import { storageClusterNews } from './storage-cluster-news.ts'

const here = `${namespace}/${storageClusterName}`
const elsewhere = { namespace: 'elsewhere', name: 'second' }
const refused: State = { is: 'failed', reason: 'Refused', message: 'a policy says no' }

const explained = (derived: string, key: ObjectKey, state: State): Explanation => ({
  derived,
  key,
  state,
  wantedBy: 1,
  read: [],
})
const named = ({ namespace: at, name }: ObjectKey, uid: string): KubeObject => ({
  ...storageCluster(),
  metadata: { namespace: at ?? '', name, uid },
})

const setting = (contents: readonly (readonly [WatchedKind, readonly KubeObject[]])[] = []) => {
  const { hub, spoke } = app.world
  const clock = new ManualClock()
  const told: string[] = []
  let ofAll: EventNote | undefined
  const second = { items: [refOf('cluster1', elsewhere), refOf('cluster3')], schedulingIntervals: ['1h'] }
  const tell = storageClusterNews({
    agent: app.world,
    derived: app.derived,
    cache: staticCache([
      [hub.MirrorPeer, [mirrorPeer(), mirrorPeer({ name: 'other', ...second })] as readonly KubeObject[]],
      [spoke.StorageClass, exchanged.storageClasses ?? []],
      [spoke.StorageCluster, [named({ namespace, name: storageClusterName }, 'u1'), named(elsewhere, 'u2')]],
      ...contents,
    ]),
    ofAll: () => ofAll,
    recorder: {
      record: ({ metadata }, { reason, action }) =>
        void told.push(`${metadata.namespace}/${metadata.name} ${metadata.uid} ${reason} ${action}`),
    },
    clock,
  })
  return { tell, told, clock, all: (note: EventNote | undefined) => void (ofAll = note) }
}

describe('what waits for an administrator', () => {
  it('is known for every rule there is', () => {
    const rules = agentApp(scopeOf()).derived.map(({ name }) => name)
    expect(Object.keys(keys).toSorted()).toEqual(rules.toSorted())
  })

  it.each(Object.entries(keys))('of %s is told on the StorageCluster that it is for', (rule, key) => {
    const { tell, told } = setting()
    tell([explained(rule, key, refused)])
    expect(told).toEqual([`${here} u1 Refused Reconcile`])
  })

  it('is told once of each StorageCluster, however many objects say it and however often', () => {
    const { tell, told, clock } = setting()
    const other: State = { is: 'waiting', reason: 'OtherCluster', message: 'a clone' }
    const all = Object.entries(keys).map(([rule, key]) => explained(rule, key, other))
    for (let times = 0; times < 20; times += 1) {
      tell(all)
      clock.advance(5_000)
    }
    expect(told).toEqual([`${here} u1 OtherCluster Reconcile`])
  })

  it('is told again every half an hour while it lasts, so that the Event lasts too; and when it comes back', () => {
    const { tell, told, clock } = setting()
    const states = [explained('spoke-secret', keys['spoke-secret'] ?? { name: '' }, refused)]
    for (let seconds = 0; seconds < 2 * 3_600; seconds += 5) {
      tell(states)
      clock.advance(5_000)
    }
    expect(told).toHaveLength(4)
    tell([])
    tell(states)
    expect(told).toHaveLength(5)
  })

  it('is not told where there is no StorageCluster, and of what no MirrorPeer asks for', () => {
    const { tell, told } = setting([[app.world.spoke.StorageCluster, []]])
    tell([explained('spoke-secret', keys['spoke-secret'] ?? { name: '' }, refused)])
    expect(told).toEqual([])
    const other = setting()
    other.tell([explained('spoke-secret', { namespace, name: 'unknown' }, refused)])
    expect(other.told).toEqual([])
  })

  it('on the whole is told on all StorageClusters that MirrorPeers name', () => {
    const { tell, told, all } = setting()
    tell([])
    expect(told).toEqual([])
    all({ type: 'Warning', reason: 'HubCredentialsExpired', action: 'ReachHub', note: 'expired' })
    tell([])
    tell([])
    expect(told.toSorted()).toEqual([
      'elsewhere/second u2 HubCredentialsExpired ReachHub',
      `${here} u1 HubCredentialsExpired ReachHub`,
    ])
  })
})
