import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { object, run } from '../../test/reflector-run.ts'
import { initialReflectorState, type ReflectorEffect, type ReflectorInput } from './reflector-state.ts'

/** What a cache hears of, besides what is thrown away. */
const told = (effects: readonly ReflectorEffect[]): string[] =>
  effects.flatMap((effect) => (effect.do === 'discard' ? [] : [effect.do]))

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
/** In pages: what is there as a stream has tests of its own. */
const initial = initialReflectorState(false)
const opened: ReflectorInput = { is: 'opened' }
const woken: ReflectorInput = { is: 'woken' }

describe('reflectorStep', () => {
  it('gathers pages into one list and watches from its resourceVersion', () => {
    const { state, effects } = run(initial, page('7', [object('a', 1)], 'x'), page('7', [object('b', 2)]))
    expect(state).toMatchObject({ is: 'opening', resourceVersion: '7' })
    expect(effects).toEqual([
      { do: 'gather', items: [object('a', 1)] },
      { do: 'gather', items: [object('b', 2)] },
      { do: 'complete', resourceVersion: '7' },
      { do: 'sync', state: { is: 'synced' } },
    ])
  })

  it('goes on from the last bookmark when a long watch ends', () => {
    const bookmark: ReflectorInput = { is: 'event', event: { type: 'BOOKMARK', object: object('', 42) } }
    const { state } = run(initial, page('7'), opened, bookmark, {
      is: 'ended',
      lastedMs: 300_000,
    })
    expect(state).toMatchObject({ is: 'opening', resourceVersion: '42' })
  })

  it('opens a watch again at once when it lasted, or told something and lasted a second', () => {
    const change: ReflectorInput = { is: 'event', event: { type: 'ADDED', object: object('a', 8) } }
    const ends = (lastedMs: number): ReflectorInput[] => [{ is: 'ended', lastedMs }, failed(0, lastedMs)]
    const watching = run(initial, page('7'), opened).state
    for (const over of ends(30_000)) expect(run(watching, over).state).toMatchObject({ is: 'opening' })
    for (const over of ends(29_999)) expect(run(watching, over).state).toMatchObject({ delayMs: 800 })
    for (const over of ends(1000)) {
      expect(run(watching, change, over).state).toMatchObject({ is: 'opening', resourceVersion: '8' })
      // What the last one told says nothing of this one.
      expect(run(watching, change, over, opened, over).state).toMatchObject({ delayMs: 800 })
    }
    for (const over of ends(999)) expect(run(watching, change, over).state).toMatchObject({ delayMs: 800 })
    // No answer to the next try, or an answer that says no: as ever.
    const again = run(watching, failed(0, 60_000)).state
    expect(run(again, failed(0, 60_000)).state).toMatchObject({ delayMs: 800 })
    expect(run(watching, failed(503, 60_000)).state).toMatchObject({ delayMs: 800 })
  })

  it('waits longer and longer while watches end at once', () => {
    let { state } = run(initial, page('7'))
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
    const first = run(initial, page('7'), opened, change, failed(410, 1000))
    expect(first.state.is).toBe('listing')
    const second = run(first.state, page('9'), failed(410))
    expect(second.state).toMatchObject({ is: 'waiting', next: { is: 'listing' } })
  })

  it('never lists at once when a watch ended as soon as it had begun', () => {
    const change: ReflectorInput = { is: 'event', event: { type: 'ADDED', object: object('a', 8) } }
    const { state } = run(initial, page('7'), opened, change, failed(410, 900))
    expect(state).toMatchObject({ is: 'waiting', next: { is: 'listing' } })
  })

  it('fetches a list in one piece when its pages expire', () => {
    const { state, effects } = run(initial, page('7', [object('a', 1)], 'x'), failed(410))
    expect(state).toMatchObject({ is: 'listing', paged: false })
    expect(state).not.toHaveProperty('continue')
    expect(effects.at(-1)).toEqual({ do: 'discard' })
  })

  it('tells what is forbidden, goes on trying, and tells when it is allowed again', () => {
    const { state, effects } = run(initial, failed(403), woken, failed(403), woken, page('7'))
    expect(effects.filter((effect) => effect.do === 'sync').map((effect) => effect.state.is)).toEqual([
      'forbidden',
      'forbidden',
      'synced',
    ])
    expect(state.is).toBe('opening')
  })

  it('is synced again when a watch that was forbidden is accepted', () => {
    const { effects } = run(initial, page('7'), failed(403), woken, opened)
    expect(effects.at(-1)).toEqual({ do: 'sync', state: { is: 'synced' } })
  })

  it('takes a kind that was never served as empty at once', () => {
    const { state, effects } = run(initial, failed(404))
    expect(state.is).toBe('notServed')
    expect(effects.map((effect) => effect.do)).toEqual(['discard', 'clear', 'sync'])
  })

  it('clears what an own write brought when a kind is still not served', () => {
    const { effects } = run(initial, failed(404), woken, failed(404))
    expect(told(effects)).toEqual(['clear', 'sync', 'clear'])
  })

  it('does not believe at once that a kind it has listed is gone', () => {
    const listed = run(initial, page('7', [object('a', 1)]), opened)
    const doubting = run(listed.state, failed(404), woken, failed(404), woken, failed(404), woken)
    expect(told(doubting.effects)).toEqual([])
    expect(told(run(doubting.state, failed(404)).effects)).toEqual(['clear', 'sync'])
  })

  it('does not believe one 404 after a long outage', () => {
    const listed = run(initial, page('7', [object('a', 1)]), opened)
    const outage = Array.from({ length: 20 }, () => [failed(0), woken]).flat()
    const back = run(run(listed.state, ...outage).state, failed(404), woken, failed(404), woken)
    expect(told(back.effects)).toEqual([])
    // An answer of another sort in between: counted anew.
    const again = run(back.state, failed(404), woken, failed(503), woken, failed(404), woken)
    expect(told(again.effects)).toEqual([])
    const gone = run(again.state, failed(404), woken, failed(404), woken, failed(404))
    expect(told(gone.effects)).toEqual(['clear', 'sync'])
  })

  it('looks at once when the definition comes, and soon again when it is not served yet', () => {
    let { state } = run(initial, failed(404))
    for (let i = 0; i < 9; i++) state = run(state, woken, failed(404)).state
    expect(state).toMatchObject({ is: 'notServed', delayMs: 60_000 })
    state = run(state, { is: 'announced' }).state
    expect(state.is).toBe('listing')
    expect(run(state, failed(404)).state).toMatchObject({ is: 'notServed', delayMs: 1000 })
  })

  it('keeps what it has when the server is away', () => {
    const { state, effects } = run(initial, page('7', [object('a', 1)]), opened, failed(0, 40_000), failed(0))
    expect(effects.filter((effect) => effect.do === 'complete')).toHaveLength(1)
    expect(state).toMatchObject({ is: 'waiting', next: { is: 'opening', resourceVersion: '7' } })
  })

  it('lists when a watch is refused time and again, more and more rarely', () => {
    let { state } = run(initial, page('7'))
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

  it('lists at once when the server has not come to where the watch stood', () => {
    const change: ReflectorInput = { is: 'event', event: { type: 'ADDED', object: object('a', 90) } }
    const watching = run(initial, page('70'), opened, change, failed(0), woken)
    const tooNew: ReflectorInput = { is: 'failed', status: 504, message: 'too large', tooNew: true }
    const { state, effects } = run(watching.state, tooNew, woken, page('20', [object('b', 3)]))
    expect(effects.at(-1)).toEqual({ do: 'complete', resourceVersion: '20' })
    expect(state).toMatchObject({ is: 'opening', resourceVersion: '20' })
  })

  it('begins anew when a server does not understand where a page begins', () => {
    const half = run(initial, page('7', [object('a', 1)], 'x'))
    for (const failures of [
      [failed(400), woken],
      [failed(500), woken, failed(500), woken],
    ]) {
      const { state } = run(half.state, ...failures)
      expect(state).toMatchObject({ is: 'listing', paged: true })
      expect(state).not.toHaveProperty('continue')
    }
    expect(run(half.state, failed(503), woken).state).toMatchObject({ is: 'listing', continue: 'x' })
    for (const status of [0, 429])
      expect(run(half.state, failed(status), woken, failed(status), woken).state).toMatchObject({
        continue: 'x',
      })
  })

  it('waits longer and longer while a list begins well and never ends, or is of no use', () => {
    const delaysOf = (...ending: readonly ReflectorInput[]): number[] => {
      let { state } = run(initial)
      return Array.from({ length: 4 }, () => {
        state = run(state, page('7', [object('a', 1)], 'x'), ...ending).state
        const delay = state.is === 'waiting' ? state.delayMs : -1
        state = run(state, woken).state
        return delay
      })
    }
    const longer = [800, 1600, 3200, 6400]
    expect(delaysOf(failed(400))).toEqual(longer)
    expect(delaysOf(page('5'))).toEqual(longer)
    // Its history is gone as soon as it is complete.
    expect(delaysOf(page('7', [object('b', 2)]), failed(410))).toEqual(longer)
  })

  it('does not take pages of two moments for one list', () => {
    const { state, effects } = run(
      initial,
      page('7', [object('a', 1)], 'x'),
      page('5', [object('b', 2)]),
      woken,
    )
    expect(told(effects)).toEqual(['gather'])
    expect(state).toMatchObject({ is: 'listing', paged: true })
    expect(state).not.toHaveProperty('continue')
  })

  it('waits as long as the server asks', () => {
    const { state } = run(initial, {
      is: 'failed',
      status: 429,
      message: '',
      retryAfterMs: 90_000,
    })
    expect(state).toMatchObject({ is: 'waiting', delayMs: 90_000 })
  })
})
