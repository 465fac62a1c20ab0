import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { reflectorStep } from './reflector-step.ts'
import {
  initialReflectorState,
  type ReflectorEffect,
  type ReflectorInput,
  type ReflectorState,
} from './reflector-state.ts'

const object = (name: string, version: number): KubeObject => ({
  metadata: { name, uid: name, resourceVersion: String(version) },
})

const run = (
  state: ReflectorState,
  ...inputs: readonly ReflectorInput[]
): { state: ReflectorState; effects: ReflectorEffect[] } => {
  const effects: ReflectorEffect[] = []
  for (const input of inputs) {
    const step = reflectorStep(state, input, 0.5)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects }
}

const page = (version: string, items: readonly KubeObject[] = [], next?: string): ReflectorInput => ({
  is: 'page',
  items,
  resourceVersion: version,
  ...(next === undefined ? {} : { continue: next }),
})
const failed = (status: number, lastedMs?: number): ReflectorInput => ({
  is: 'failed',
  status,
  message: `HTTP ${status}`,
  ...(lastedMs === undefined ? {} : { lastedMs }),
})
const opened: ReflectorInput = { is: 'opened' }
const woken: ReflectorInput = { is: 'woken' }

describe('reflectorStep', () => {
  it('gathers pages into one list and watches from its resourceVersion', () => {
    const { state, effects } = run(
      initialReflectorState,
      page('7', [object('a', 1)], 'x'),
      page('7', [object('b', 2)]),
    )
    expect(state).toMatchObject({ is: 'opening', resourceVersion: '7' })
    expect(effects).toEqual([
      { do: 'replace', items: [object('a', 1), object('b', 2)], resourceVersion: '7' },
      { do: 'sync', state: { is: 'synced' } },
    ])
  })

  it('goes on from the last bookmark when a long watch ends', () => {
    const bookmark: ReflectorInput = { is: 'event', event: { type: 'BOOKMARK', object: object('', 42) } }
    const { state } = run(initialReflectorState, page('7'), opened, bookmark, {
      is: 'ended',
      lastedMs: 300_000,
    })
    expect(state).toMatchObject({ is: 'opening', resourceVersion: '42' })
  })

  it('waits longer and longer while watches end at once', () => {
    let { state } = run(initialReflectorState, page('7'))
    const delays: number[] = []
    for (let i = 0; i < 8; i++) {
      state = run(state, opened, { is: 'ended', lastedMs: 3 }).state
      delays.push(state.is === 'waiting' ? state.delayMs : -1)
      state = run(state, woken).state
    }
    expect(delays).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
  })

  it('lists again when the history is gone, at once the first time only', () => {
    const change: ReflectorInput = { is: 'event', event: { type: 'ADDED', object: object('a', 8) } }
    const first = run(initialReflectorState, page('7'), opened, change, failed(410))
    expect(first.state.is).toBe('listing')
    const second = run(first.state, page('9'), failed(410))
    expect(second.state).toMatchObject({ is: 'waiting', next: { is: 'listing' } })
  })

  it('fetches a list in one piece when its pages expire', () => {
    const { state } = run(initialReflectorState, page('7', [object('a', 1)], 'x'), failed(410))
    expect(state).toMatchObject({ is: 'listing', items: [], paged: false })
    expect(state).not.toHaveProperty('continue')
  })

  it('tells what is forbidden, goes on trying, and tells when it is allowed again', () => {
    const { state, effects } = run(initialReflectorState, failed(403), woken, failed(403), woken, page('7'))
    expect(effects.filter((effect) => effect.do === 'sync').map((effect) => effect.state.is)).toEqual([
      'forbidden',
      'forbidden',
      'synced',
    ])
    expect(state.is).toBe('opening')
  })

  it('is synced again when a watch that was forbidden is accepted', () => {
    const { effects } = run(initialReflectorState, page('7'), failed(403), woken, opened)
    expect(effects.at(-1)).toEqual({ do: 'sync', state: { is: 'synced' } })
  })

  it('takes a kind that was never served as empty at once', () => {
    const { state, effects } = run(initialReflectorState, failed(404))
    expect(state.is).toBe('notServed')
    expect(effects.map((effect) => effect.do)).toEqual(['clear', 'sync'])
  })

  it('does not believe at once that a kind it has listed is gone', () => {
    const listed = run(initialReflectorState, page('7', [object('a', 1)]), opened)
    const doubting = run(listed.state, failed(404), woken, failed(404), woken, failed(404), woken)
    expect(doubting.effects).toEqual([])
    expect(run(doubting.state, failed(404)).effects.map((effect) => effect.do)).toEqual(['clear', 'sync'])
  })

  it('does not believe one 404 after a long outage', () => {
    const listed = run(initialReflectorState, page('7', [object('a', 1)]), opened)
    const outage = Array.from({ length: 20 }, () => [failed(0), woken]).flat()
    const back = run(run(listed.state, ...outage).state, failed(404), woken, failed(404), woken)
    expect(back.effects).toEqual([])
    // An answer of another sort in between: counted anew.
    const again = run(back.state, failed(404), woken, failed(503), woken, failed(404), woken)
    expect(again.effects).toEqual([])
    const gone = run(again.state, failed(404), woken, failed(404), woken, failed(404))
    expect(gone.effects.map((effect) => effect.do)).toEqual(['clear', 'sync'])
  })

  it('looks at once when the definition comes, and soon again when it is not served yet', () => {
    let { state } = run(initialReflectorState, failed(404))
    for (let i = 0; i < 9; i++) state = run(state, woken, failed(404)).state
    expect(state).toMatchObject({ is: 'notServed', delayMs: 60_000 })
    state = run(state, { is: 'announced' }).state
    expect(state.is).toBe('listing')
    expect(run(state, failed(404)).state).toMatchObject({ is: 'notServed', delayMs: 1000 })
  })

  it('keeps what it has when the server is away', () => {
    const { state, effects } = run(
      initialReflectorState,
      page('7', [object('a', 1)]),
      opened,
      failed(0, 40_000),
      woken,
      failed(0),
    )
    expect(effects.filter((effect) => effect.do === 'replace')).toHaveLength(1)
    expect(state).toMatchObject({ is: 'waiting', next: { is: 'opening', resourceVersion: '7' } })
  })

  it('lists when a watch is refused time and again, more and more rarely', () => {
    let { state } = run(initialReflectorState, page('7'))
    const delays: number[] = []
    let lists = 0
    for (let i = 0; i < 12; i++) {
      state = run(state, failed(500)).state
      delays.push(state.is === 'waiting' ? state.delayMs : -1)
      state = run(state, woken).state
      if (state.is !== 'listing') continue
      lists += 1
      state = run(state, page('7')).state
    }
    expect(lists).toBe(4)
    expect(delays.at(-1)).toBe(30_000)
    // Nobody there, not permitted, too busy: no reason to list.
    for (const status of [0, 401, 403, 429])
      for (let i = 0; i < 5; i++)
        expect(run(run(state, opened).state, failed(0), woken, failed(status), woken).state.is).toBe(
          'opening',
        )
  })

  it('lists at once when the server has not come to where the watch stood, and believes an older list', () => {
    const change: ReflectorInput = { is: 'event', event: { type: 'ADDED', object: object('a', 90) } }
    const watching = run(initialReflectorState, page('70'), opened, change, failed(0), woken)
    const tooNew: ReflectorInput = { is: 'failed', status: 504, message: 'too large', tooNew: true }
    const { state, effects } = run(watching.state, tooNew, woken, page('20', [object('b', 3)]))
    expect(effects).toEqual([{ do: 'restart', items: [object('b', 3)], resourceVersion: '20' }])
    expect(state).toMatchObject({ is: 'opening', resourceVersion: '20' })
    expect(run(state, opened, failed(410), woken, page('20')).effects.map((effect) => effect.do)).toEqual([
      'replace',
    ])
  })

  it('waits as long as the server asks', () => {
    const { state } = run(initialReflectorState, {
      is: 'failed',
      status: 429,
      message: '',
      retryAfterMs: 90_000,
    })
    expect(state).toMatchObject({ is: 'waiting', delayMs: 90_000 })
  })
})

/** A server with a history that can be cut, and a cache fed by the effects. */
class Scene {
  readonly server = new Map<string, number>()
  readonly history: {
    version: number
    type: 'ADDED' | 'MODIFIED' | 'DELETED'
    name: string
    before: number
  }[] = []
  readonly cache = new Map<string, number>()
  version = 1
  compacted = 0
  served = true
  state: ReflectorState = initialReflectorState
  synced = ''
  snapshot: { readonly items: readonly KubeObject[]; readonly version: number } | undefined

  change(random: (below: number) => number): void {
    const name = `o${random(6)}`
    const before = this.server.get(name) ?? 0
    this.version += 1
    const type = before === 0 ? 'ADDED' : random(3) === 0 ? 'DELETED' : 'MODIFIED'
    if (type === 'DELETED') this.server.delete(name)
    else this.server.set(name, this.version)
    this.history.push({ version: this.version, type, name, before })
  }

  compact(): void {
    this.compacted = this.version
  }

  take(input: ReflectorInput, random: number): void {
    const { state, effects } = reflectorStep(this.state, input, random)
    this.state = state
    for (const effect of effects) {
      switch (effect.do) {
        case 'replace':
          this.cache.clear()
          for (const { metadata } of effect.items)
            this.cache.set(metadata.name ?? '', Number(metadata.resourceVersion))
          break
        case 'restart':
          throw new Error('this server has one history')
        case 'clear':
          this.cache.clear()
          break
        case 'upsert':
          this.cache.set(effect.object.metadata.name ?? '', Number(effect.object.metadata.resourceVersion))
          break
        case 'remove':
          this.cache.delete(effect.object.metadata.name ?? '')
          break
        case 'sync':
          this.synced = effect.state.is
          break
      }
    }
  }

  /** What the server answers when nothing goes wrong; false when there is nothing to do. */
  proceed(pageSize: number): boolean {
    const { state } = this
    switch (state.is) {
      case 'listing': {
        if (!this.served) {
          this.take({ is: 'failed', status: 404, message: 'no' }, 0.5)
          return true
        }
        const offset = Number(state.continue ?? 0)
        if (offset === 0) {
          const items = [...this.server].map(([name, version]) => object(name, version))
          this.snapshot = { items, version: this.version }
        }
        if (this.snapshot === undefined || (offset > 0 && this.snapshot.version < this.compacted)) {
          this.take(failed(410), 0.5)
          return true
        }
        const { items, version } = this.snapshot
        const end = state.paged ? offset + pageSize : items.length
        this.take(
          page(String(version), items.slice(offset, end), end < items.length ? String(end) : undefined),
          0.5,
        )
        return true
      }
      case 'opening':
        if (!this.served) this.take(failed(404), 0.5)
        else if (Number(state.resourceVersion) < this.compacted) this.take(failed(410), 0.5)
        else this.take(opened, 0.5)
        return true
      case 'watching': {
        if (!this.served) {
          this.take({ is: 'ended', lastedMs: 1 }, 0.5)
          return true
        }
        const next = this.history.find(({ version }) => version > Number(state.resourceVersion))
        if (next === undefined) return false
        if (Number(state.resourceVersion) < this.compacted) this.take(failed(410), 0.5)
        else
          this.take({ is: 'event', event: { type: next.type, object: object(next.name, next.version) } }, 0.5)
        return true
      }
      case 'waiting':
      case 'notServed':
        this.take(woken, 0.5)
        return state.is === 'waiting' || this.served
    }
  }
}

describe('reflectorStep against a random server', () => {
  it.each(Array.from({ length: 40 }, (_, index) => index + 1))(
    'ends with the same objects for seed %i',
    (seed) => {
      const clock = new ManualClock(0, seed)
      const random = (below: number): number => Math.floor(clock.random() * below)
      const scene = new Scene()
      for (let step = 0; step < 2000; step++) {
        switch (random(12)) {
          case 0:
          case 1:
            if (scene.served) scene.change(random)
            break
          case 2:
            if (random(10) === 0) scene.compact()
            break
          case 3:
            scene.take(
              failed([0, 403, 404, 410, 429, 500, 503][random(7)] ?? 0, random(60_000)),
              clock.random(),
            )
            break
          case 4:
            scene.take({ is: 'ended', lastedMs: random(60_000) }, clock.random())
            break
          case 5:
            if (random(20) === 0) {
              scene.served = !scene.served
              scene.server.clear()
              scene.compact()
            }
            break
          case 6:
            scene.take({ is: 'announced' }, clock.random())
            break
          default:
            scene.proceed(1 + random(4))
        }
        const { state } = scene
        const delay = state.is === 'waiting' || state.is === 'notServed' ? state.delayMs : 800
        expect(delay, `seed ${seed}, step ${step}`).toBeGreaterThanOrEqual(600)
        expect(delay, `seed ${seed}, step ${step}`).toBeLessThanOrEqual(60_000)
      }
      for (let i = 0; i < 500 && scene.proceed(3); i++);
      expect(scene.synced, `seed ${seed}`).toBe(scene.served ? 'synced' : 'notServed')
      expect(new Map(scene.cache), `seed ${seed}`).toEqual(scene.server)
    },
  )
})
