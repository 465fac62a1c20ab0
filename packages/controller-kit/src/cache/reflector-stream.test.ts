import { describe, expect, it } from 'vitest'
import { object, run } from '../../test/reflector-run.ts'
import { initialReflectorState, type ReflectorInput, type ReflectorState } from './reflector-state.ts'

const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', name: string, version: number): ReflectorInput => ({
  is: 'event',
  event: { type, object: object(name, version) },
})
const bookmark = (version: number): ReflectorInput => ({
  is: 'event',
  event: { type: 'BOOKMARK', object: object('', version) },
})
const end = (version: number): ReflectorInput => ({
  is: 'event',
  event: { type: 'BOOKMARK', object: object('', version), endsInitialEvents: true },
})
const failed = (status: number, lastedMs = 0): ReflectorInput => ({
  is: 'failed',
  status,
  message: `HTTP ${status}`,
  lastedMs,
})
const opened: ReflectorInput = { is: 'opened' }
const woken: ReflectorInput = { is: 'woken' }
const cut: ReflectorInput = { is: 'ended', lastedMs: 60_000 }
const initial = initialReflectorState(true)

describe('what is there, as a stream', () => {
  it('is complete at the marked bookmark, and the same watch goes on from there', () => {
    const { state, effects } = run(
      initial,
      opened,
      event('ADDED', 'a', 1),
      event('ADDED', 'b', 2),
      bookmark(6),
      event('MODIFIED', 'a', 7),
      event('DELETED', 'b', 8),
      end(9),
      event('MODIFIED', 'a', 10),
    )
    expect(effects).toEqual([
      { do: 'gather', items: [object('a', 1)] },
      { do: 'gather', items: [object('b', 2)] },
      { do: 'gather', items: [object('a', 7)] },
      { do: 'ungather', object: object('b', 8) },
      { do: 'complete', resourceVersion: '9' },
      { do: 'sync', state: { is: 'synced' } },
      { do: 'upsert', object: object('a', 10) },
    ])
    expect(state).toMatchObject({ is: 'watching', resourceVersion: '10' })
  })

  it.each([
    ['the server ends it', cut],
    ['the connection breaks', failed(0)],
    ['the server says that it failed', failed(500)],
    ['the history is gone', failed(410)],
  ])('begins anew after a while when it is cut: %s', (_, how) => {
    const { state, effects } = run(initial, opened, event('ADDED', 'a', 1), how)
    expect(effects.map((effect) => effect.do).filter((what) => what !== 'sync')).toEqual([
      'gather',
      'discard',
    ])
    expect(state).toMatchObject({ is: 'waiting', next: { is: 'streaming', opened: false } })
  })

  it('comes in pages when streams are cut time and again, and as a stream the next time', () => {
    const twice = run(initial, opened, cut, woken, opened, cut, woken)
    expect(twice.state).toMatchObject({ is: 'listing', paged: true })
    const listed = run(twice.state, { is: 'page', items: [], resourceVersion: '7' }, opened, bookmark(8))
    expect(run(listed.state, failed(410, 60_000)).state.is).toBe('streaming')
  })

  it('comes in pages from now on, at once, when the server refuses', () => {
    for (const status of [400, 422]) {
      const { state, effects } = run(initial, failed(status))
      expect(effects).toEqual([{ do: 'pagesOnly' }])
      expect(state).toMatchObject({ is: 'listing', paged: true, failures: 0 })
      const listed = run(state, { is: 'page', items: [], resourceVersion: '7' }, opened, bookmark(8))
      expect(run(listed.state, failed(410, 60_000)).state.is).toBe('listing')
    }
  })

  it('is asked for again when the refusal says nothing of streams', () => {
    for (const status of [0, 401, 403, 429]) {
      let { state } = run(initial, failed(status), woken)
      for (let i = 0; i < 5; i++) state = run(state, failed(status), woken).state
      expect(state, String(status)).toMatchObject({ is: 'streaming', opened: false })
    }
  })

  it('tells that a kind is not served, or forbidden, as pages do', () => {
    expect(run(initial, failed(404)).effects.map((effect) => effect.do)).toEqual(['discard', 'clear', 'sync'])
    expect(run(initial, failed(403)).effects).toEqual([
      { do: 'sync', state: { is: 'forbidden', why: 'HTTP 403' } },
    ])
    // Allowed again, but not complete: not synced yet.
    expect(run(initial, failed(403), woken, opened, event('ADDED', 'a', 1)).effects.at(-1)).toMatchObject({
      do: 'gather',
    })
  })

  it('waits longer and longer while streams are complete and their history is gone at once', () => {
    let state: ReflectorState = initial
    const delays: number[] = []
    for (let i = 0; i < 4; i++) {
      state = run(state, opened, end(7), failed(410)).state
      delays.push(state.is === 'waiting' ? state.delayMs : -1)
      state = run(state, woken).state
    }
    expect(delays).toEqual([800, 1600, 3200, 6400])
  })
})
