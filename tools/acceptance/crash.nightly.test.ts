import { kinds } from '@odfmo/api-types'
import type { ArrivedWrite, InMemoryCluster, Interceptor } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { shippedRights } from '../demo/world/hub-controller.ts'
import {
  clustersOf,
  quiet,
  startAcceptanceWorld,
  untilHubWorks,
  type AcceptanceWorld,
} from './acceptance-world.ts'
import { convergesMs, oneLife } from './one-life.ts'

/** A create and a delete each: 20 runs. */
const lives = 10
const ways = ['before its effect', 'in the middle of its answer', 'after its effect'] as const
type Way = (typeof ways)[number]

/** Short enough to wait for, long enough that a slow machine loses none. */
const hubFlags = [
  '--leader-elect-lease-duration=4s',
  '--leader-elect-renew-deadline=3s',
  '--leader-elect-retry-period=300ms',
]
const quietMs = 6_000

const seed = Number(process.env['ODFMO_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** A number from 0 up to a limit, for the nth draw of this seed. */
const drawn = (n: number, below: number): number => {
  let mixed = Math.imul(seed ^ Math.imul(n + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) % below
}

const isCounted = ({ resource }: ArrivedWrite): boolean => !/^(?:events|leases)\b/.test(resource)

/** Kills the hub's process at one of its writes, exactly. */
class Killer {
  readonly sent: string[] = []
  kills = 0
  readonly #world: AcceptanceWorld
  #target: { readonly at: number; readonly way: Way } | undefined

  constructor(world: AcceptanceWorld) {
    this.#world = world
    const { user } = shippedRights().identity
    const intercept: Interceptor = (request) => {
      const { write } = request
      if (request.user !== user || write === undefined || !isCounted(write)) return undefined
      this.sent.push(`${write.verb} ${write.resource} ${write.namespace}/${write.name}`)
      return this.sent.length === this.#target?.at ? this.#kill(this.#target.way) : undefined
    }
    ;(world.hub as InMemoryCluster).faults.intercept(intercept)
  }

  /** From here on writes are counted anew; the process is killed at that one of them, in that way. */
  aim(at: number, way: Way): void {
    this.sent.length = 0
    this.#target = { at, way }
  }

  #kill(way: Way): ReturnType<Interceptor> {
    const pid = this.#world.hubPid()
    if (pid === undefined) throw new Error('the hub writes, and there is no process of it')
    // It hears nothing any more, whatever becomes of the request.
    process.kill(pid, 'SIGKILL')
    this.kills += 1
    switch (way) {
      case 'before its effect':
        return { kind: 'reset', when: 'before' }
      case 'in the middle of its answer':
        return { kind: 'cut' }
      case 'after its effect':
        return { kind: 'reset', when: 'after' }
    }
  }
}

/**
 * The controller manager removes decided requests after an hour. A klusterlet that sees ten of one add-on makes no more
 * until then, and so many lives as here have no hour.
 */
const cleanRequests = async ({ hub, admin }: AcceptanceWorld): Promise<void> => {
  const { group, version, kind } = kinds.CertificateSigningRequest
  const requests = await hub.list({ apiVersion: `${group}/${version}`, kind })
  for (const { metadata } of requests)
    await admin.delete(kinds.CertificateSigningRequest, { name: metadata.name ?? '' })
}

let world: AcceptanceWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
}, 60_000)

describe(`the hub's process killed (SIGKILL) at one of its writes (ODFMO_SEED=${seed})`, () => {
  it(
    '20 runs, a create and a delete in turn: the clusters end as after a life in peace, and as before it',
    async () => {
      const current = await startAcceptanceWorld({
        hubFlags,
        onHubEnd: () => world?.startHub(),
      })
      world = current
      const clusters = clustersOf(current)
      current.startHub()
      await untilHubWorks(current)
      const killer = new Killer(current)
      const writes = { create: 0, delete: 0 }
      const inPeace = await oneLife(current, clusters, {
        quietMs,
        onPhase(phase) {
          if (phase === 'delete') writes.create = killer.sent.length
          killer.aim(0, 'after its effect')
        },
      })
      await quiet(clusters)
      writes.delete = killer.sent.length
      const runs: string[] = []
      for (let life = 0; life < lives; life++) {
        const onPhase = (phase: 'create' | 'delete'): void => {
          const run = runs.length
          // Fewer than in peace: how many there are depends a little on what comes together.
          const at = 1 + drawn(2 * run, Math.floor(writes[phase] * 0.8))
          const way = ways[drawn(2 * run + 1, ways.length)] ?? ways[0]
          killer.aim(at, way)
          runs.push(`${phase}, write ${at} of about ${writes[phase]}, ${way}`)
          process.stdout.write(`run ${runs.length}: ${runs.at(-1)}\n`)
        }
        await oneLife(current, clusters, { asBefore: inPeace, quietMs, onPhase })
        await quiet(clusters, quietMs)
        await cleanRequests(current)
      }
      expect(runs).toHaveLength(2 * lives)
      // None that was aimed at did not come.
      expect(killer.kills).toBe(2 * lives)
    },
    2 * lives * convergesMs,
  )
})
