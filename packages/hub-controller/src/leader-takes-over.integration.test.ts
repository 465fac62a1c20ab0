import { contract, kinds, type Lease } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { LeadershipLostError } from '@odfmo/controller-kit'
import { eventually, sameState, type Cluster, type RequestRecord, type Snapshot } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { blue, greenKey, podNamespace, s3 } from './test/builders.ts'
import { find, get, list, withoutMirrorPeers } from './test/hub-cluster.ts'
import { startReplica, type Replica, type ReplicaOptions } from './test/replica.ts'
import { asCreated, delivered, one, scene, two, type Scene } from './test/scene.ts'
import { tickingClock } from './test/ticking-clock.ts'

const slow = { timeoutMs: 120_000 }
let stage: Scene
let cluster: Cluster
const replicas: Replica[] = []

beforeEach(async () => {
  stage = await scene()
  cluster = stage.cluster
})
afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.end()))
  await stage.end()
})

const holder = async (): Promise<string | undefined> =>
  (await find<Lease>(cluster, kinds.Lease, { namespace: podNamespace, name: contract.hubLease }))?.spec
    ?.holderIdentity
const holds = (identity: string): Promise<void> =>
  eventually(cluster, async () => expect(await holder()).toBe(identity), slow)

const start = async (identity: string, options?: ReplicaOptions): Promise<Replica> => {
  const replica = await startReplica(cluster, identity, options)
  replicas.push(replica)
  return replica
}

/** The cluster before there was a MirrorPeer, both replicas running. */
let before: Snapshot

/** The first leads, the second knows all there is to know and waits; a MirrorPeer is exchanged. */
const twoReplicas = async (options?: ReplicaOptions): Promise<readonly [Replica, Replica]> => {
  const first = await start('first', options)
  await holds('first')
  const second = await start('second', options)
  before = await withoutMirrorPeers(cluster)
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
  await vi.waitFor(() => expect(second.manager.informers.unsynced()).toEqual([]), { timeout: 120_000 })
  expect(second.writes()).toEqual([])
  return [first, second]
}

/** Calls back with the answer to the first write of this sort, in the same moment: nothing else happens in between. */
const onFirst = (replica: Replica, is: (record: RequestRecord) => boolean): Promise<RequestRecord> =>
  new Promise((resolve) => {
    const end = replica.proxy.requests.subscribe((record) => {
      if (record.status >= 300 || !is(record)) return
      end()
      resolve(record)
    })
  })

const endedAt = ({ at, durationMs }: RequestRecord): number => at + durationMs

/** The one that was first had its last answer before the other one began; neither was told of a conflict. */
const expectOneWriterAtATime = (first: Replica, second: Replica): void => {
  const [begun] = second.writes()
  expect(begun).toBeDefined()
  const late = first.writes().filter((write) => endedAt(write) > (begun?.at ?? 0) && write.status !== 0)
  expect(late).toEqual([])
  // Two writers would tread on each other's toes.
  expect([...first.writes(), ...second.writes()].filter(({ status }) => status === 409)).toEqual([])
}

/** How a leader ends in the middle of its work. */
const ends = [
  ['killed', (leader: Replica): void => leader.kill()],
  ['stopped', (leader: Replica): void => void leader.stop()],
] as const

describe.each(ends)('a leader that is %s in the middle', (_how, end) => {
  it('of a deletion: the other one takes the rest away', async () => {
    const [first, second] = await twoReplicas()
    const middle = onFirst(first, ({ verb }) => verb === 'delete').then(() => end(first))
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await middle
    expect(await list(cluster, kinds.MirrorPeer)).toHaveLength(1)
    await holds('second')
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]), slow)
    await eventually(
      cluster,
      async () => {
        const left = sameState(before, await cluster.snapshot()).map(({ object }) => object)
        expect(left.filter((object) => !object.startsWith('leases.'))).toEqual([])
      },
      slow,
    )
    expect(second.writes().some(({ verb }) => verb === 'delete')).toBe(true)
    expectOneWriterAtATime(first, second)
  })

  it('of a rotation: the other one brings the rest of the new keys, and reads nothing anew for it', async () => {
    const [first, second] = await twoReplicas()
    const rotated = [
      blue(one, { key: 'rotated1' }),
      blue(two, { key: 'rotated2' }),
      s3(one, { AWS_ACCESS_KEY_ID: 'rotated3' }),
      s3(two, { AWS_ACCESS_KEY_ID: 'rotated4' }),
    ]
    const middle = onFirst(first, ({ verb, resource }) => verb === 'patch' && resource === 'secrets').then(
      () => end(first),
    )
    const read = second.proxy.requests.all().length
    for (const secret of rotated) await stage.edit(kinds.Secret, keyOf(secret), { data: secret.data })
    await middle
    await holds('second')
    await eventually(
      cluster,
      async () => {
        for (const [source, receiver, place] of [
          [one, two, 0],
          [two, one, 1],
        ] as const) {
          const green = await get(cluster, kinds.Secret, greenKey(source, receiver))
          expect(green.data?.['secret-data']).toBe(rotated[place]?.data?.['secret-data'])
        }
        for (const [ref, key] of [
          [one, 'rotated3'],
          [two, 'rotated4'],
        ] as const) {
          const name = s3(ref).metadata.name ?? ''
          const forRamen = await get(cluster, kinds.Secret, { namespace: podNamespace, name })
          expect(forRamen.data?.['AWS_ACCESS_KEY_ID']).toBe(Buffer.from(key).toString('base64'))
        }
      },
      slow,
    )
    const anew = second.proxy.requests.all().slice(read)
    expect(anew.filter(({ verb }) => verb === 'list' || verb === 'watch')).toEqual([])
    expectOneWriterAtATime(first, second)
  })
})

describe('a leader that is stopped', () => {
  it('gives the lease back: the other one does not wait for its end', async () => {
    // So long that nobody would wait for it here.
    const [first, second] = await twoReplicas({ leaseDurationMs: 300_000 })
    expect(await first.stop()).toBeUndefined()
    await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]), slow)
    expect(await holder()).toBe('second')
    expectOneWriterAtATime(first, second)
  })
})

describe('a leader that lost the lease and does not know it', () => {
  /** Something to write, again and again, until it is stopped. */
  const keepsRotating = (): (() => Promise<void>) => {
    let rotating = true
    const done = (async () => {
      for (let n = 0; rotating; n += 1) {
        const rotated = blue(one, { key: `key${n}` })
        await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    return async () => {
      rotating = false
      await done
    }
  }
  const exchanged = (): Promise<void> =>
    eventually(
      cluster,
      async () => {
        const [green, source] = [greenKey(one, two), keyOf(blue(one))]
        expect((await get(cluster, kinds.Secret, green)).data?.['secret-data']).toBe(
          (await get(cluster, kinds.Secret, source)).data?.['secret-data'],
        )
      },
      slow,
    )

  it('because its renewals get no answer: it stops writing before the other begins, and ends', async () => {
    const [first, second] = await twoReplicas()
    const stop = keepsRotating()
    const written = first.writes().length
    await vi.waitFor(() => expect(first.writes().length).toBeGreaterThan(written + 3), { timeout: 120_000 })
    first.proxy.faults.add({
      match: { resource: 'leases.coordination.k8s.io' },
      fault: { kind: 'delay', ms: 600_000 },
    })
    const busy = first.writes().length
    const error = await first.ended
    expect(error).toBeInstanceOf(LeadershipLostError)
    // Its other requests went on till then.
    expect(first.writes().length).toBeGreaterThan(busy)
    await holds('second')
    await onFirst(second, ({ verb }) => verb === 'patch')
    await stop()
    await exchanged()
    expectOneWriterAtATime(first, second)
  })

  it('because it was paused: when it wakes it writes nothing more, and ends', async () => {
    const clock = tickingClock()
    let awake: NodeJS.Timeout | undefined
    try {
      const first = await start('first', { clock })
      await holds('first')
      const second = await start('second')
      await cluster.apply(asCreated(), ...delivered)
      await stage.converged()
      // Neither time nor news reach it: as if its process had been stopped.
      clock.stop()
      first.proxy.faults.stallWatches()
      await holds('second')
      const rotated = blue(one, { key: 'while it slept' })
      await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
      await exchanged()
      const before = first.writes().length
      clock.advance(600_000)
      first.proxy.faults.stallWatches({}, false)
      await stage.edit(kinds.Secret, keyOf(rotated), { data: blue(one, { key: 'and after' }).data })
      awake = setInterval(() => clock.advance(10), 10)
      const error = await first.ended
      expect(error).toBeInstanceOf(LeadershipLostError)
      await exchanged()
      expect(first.writes().slice(before)).toEqual([])
      expect(await holder()).toBe('second')
      expectOneWriterAtATime(first, second)
    } finally {
      clock.stop()
      clearInterval(awake)
    }
  })
})
