import { keyOf } from '@odfmo/api-types'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { app, hubFinalizer, mirrorPeer, refOf } from './cases.ts'
import { Model } from './model.ts'

const peers = [0, 1, 2, 3].map((number) => `mp-${number}`)
const operation = fc.oneof(
  fc.record({
    do: fc.constant('create' as const),
    name: fc.constantFrom(...peers),
    opposite: fc.constantFrom('cluster2', 'cluster3'),
    type: fc.constantFrom('async' as const, 'async' as const, 'sync' as const),
    interval: fc.constantFrom('5m', '1h'),
    isAccepted: fc.oneof(
      { weight: 3, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
  }),
  fc.record({ do: fc.constant('accept' as const), name: fc.constantFrom(...peers) }),
  fc.record({ do: fc.constant('delete' as const), name: fc.constantFrom(...peers) }),
  fc.record({ do: fc.constant('steps' as const), picks: fc.array(fc.nat(), { maxLength: 12 }) }),
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constant('lose' as const), pick: fc.nat() }),
)

it('ends as it began when every MirrorPeer has come and gone, whatever happened in between', () => {
  const run = (operations: readonly (typeof operation extends fc.Arbitrary<infer T> ? T : never)[]): void => {
    const { hub, spoke } = app.world
    const model = new Model()
    const before = model.content()
    let born = 0
    for (const each of operations) {
      model.others()
      switch (each.do) {
        case 'create': {
          if (model.list(hub.MirrorPeer).some(({ metadata }) => metadata.name === each.name)) break
          born += 1
          const items = [refOf('cluster1'), refOf(each.opposite)]
          const created = new Date(Date.UTC(2026, 0, born)).toISOString()
          model.put(
            hub.MirrorPeer,
            mirrorPeer({
              name: each.name,
              created,
              finalizers: each.isAccepted ? [hubFinalizer] : [],
              items,
              type: each.type,
              schedulingIntervals: [each.interval],
            }),
          )
          break
        }
        case 'accept': {
          const found = model.list(hub.MirrorPeer).find(({ metadata }) => metadata.name === each.name)
          const { finalizers = [], deletionTimestamp } = found?.metadata ?? {}
          if (found !== undefined && deletionTimestamp === undefined && !finalizers.includes(hubFinalizer))
            model.put(hub.MirrorPeer, {
              ...found,
              metadata: { ...found.metadata, finalizers: [hubFinalizer, ...finalizers] },
            })
          break
        }
        case 'delete': {
          const found = model.list(hub.MirrorPeer).find(({ metadata }) => metadata.name === each.name)
          if (found !== undefined)
            model.put(hub.MirrorPeer, {
              ...found,
              metadata: { ...found.metadata, deletionTimestamp: '2026-06-01T00:00:00Z' },
            })
          break
        }
        case 'steps':
          for (const pick of each.picks) {
            const work = model.work()
            const chosen = work[pick % Math.max(work.length, 1)]
            if (chosen !== undefined) model.step(...chosen)
          }
          break
        case 'settle':
          model.settle()
          break
        case 'lose': {
          const losable = [spoke.VolumeReplicationClass, spoke.ObjectBucketClaim, hub.Secret].flatMap(
            (kind) => model.list(kind).map((object) => [kind, keyOf(object)] as const),
          )
          const chosen = losable[each.pick % Math.max(losable.length, 1)]
          if (chosen !== undefined) model.remove(...chosen)
        }
      }
    }
    // Those that are deleted may wait for others that the hub never accepts.
    model.settle()
    for (const one of model.list(hub.MirrorPeer)) {
      model.put(hub.MirrorPeer, {
        ...one,
        metadata: { ...one.metadata, deletionTimestamp: '2026-06-01T00:00:00Z' },
      })
    }
    model.settle()
    expect(model.wrong).toEqual([])
    expect(model.list(hub.MirrorPeer)).toEqual([])
    expect(model.content()).toEqual(before)
  }
  fc.assert(fc.property(fc.array(operation, { maxLength: 14 }), run), { numRuns: 150 })
}, 600_000)
