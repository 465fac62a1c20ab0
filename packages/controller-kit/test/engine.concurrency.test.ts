import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { ConcurrencyLimit } from '../src/derived/concurrency-limit.ts'
import { derived, from } from '../src/derived/derived.ts'
import { leave, present } from '../src/derived/wanted.ts'
import { bench, input, ownKey, settle, wish } from './engine-bench.ts'
import { c, copy, type Input } from './model/model-rules.ts'

const made = (name: string, prefix: string, concurrency?: number) =>
  derived<Input>({
    name,
    kind: c.Copy,
    keys: [from(c.Input, (one) => [{ name: `${prefix}${one.metadata.name}` }])],
    ...(concurrency === undefined ? {} : { concurrency }),
    wanted: ({ name: own }) =>
      present({ metadata: { name: own, labels: { ours: '' } }, type: 'a', data: {} }),
  })

describe('a limit of concurrency', () => {
  it('keeps a rule at so many keys in work, and holds up no other rule', async () => {
    const { cache, engine, server, stateOf } = bench([made('few', 'few-', 2), made('many', 'many-')])
    for (let n = 0; n < 6; n += 1) server.userPut('Input', input(`i${n}`, '1'))
    for (const one of [c.Copy, c.Input]) {
      cache.startList(one)
      cache.deliver(one)
    }
    const underWay: string[][] = []
    for (let answered = 0; answered < 12; answered += 1) {
      await settle()
      underWay.push(server.asked.map((what) => what.replace('create Copy ', '')))
      server.answer(0, 'well')
    }
    await settle()
    const few = underWay.map((names) => names.filter((name) => name.startsWith('few-')).length)
    expect(Math.max(...few)).toBe(2)
    // All of the other rule are asked for at once.
    expect(underWay[0]?.filter((name) => name.startsWith('many-'))).toHaveLength(6)
    expect(server.all('Copy')).toHaveLength(12)
    expect(stateOf('few-i5', 'few')).toEqual({ is: 'present' })
    expect(engine.pending).toBe(0)
  })

  it('calls those that stand aside in their order, and keeps the place of who is called', () => {
    const limit = new ConcurrencyLimit(1)
    expect(['a', 'b', 'c', 'b'].map((id) => limit.enter(id))).toEqual([true, false, false, false])
    expect(limit.aside).toBe(2)
    expect(limit.leave()).toBe('b')
    expect(limit.enter('d')).toBe(false)
    expect(limit.enter('b')).toBe(true)
    expect([limit.leave(), limit.leave(), limit.leave()]).toEqual(['c', 'd', undefined])
  })

  it('is a whole number of at least 1', () => {
    expect(() => bench([made('none', '', 0)])).toThrow(
      new RangeError('rule none: concurrency: expected a whole number of at least 1, got 0'),
    )
  })
})

it('gives timers and sockets a turn, however many keys have nothing to wait for', async () => {
  let ms = 0
  let evaluated = 0
  const slow = derived<Input>({
    name: 'slow',
    kind: c.Copy,
    keys: [from(c.Input, ownKey)],
    wanted() {
      ms += 1
      evaluated += 1
      return leave()
    },
  })
  const { cache, engine, server } = bench([slow], { clock: { ...systemClock, monotonic: () => ms } })
  for (let n = 0; n < 200; n += 1) server.userPut('Input', input(`i${n}`, '1'))
  for (const one of [c.Copy, c.Input]) {
    cache.startList(one)
    cache.deliver(one)
  }
  const atTurn = [evaluated]
  do {
    await settle()
    atTurn.push(evaluated)
  } while (engine.pending > 0)
  expect(evaluated).toBeGreaterThanOrEqual(200)
  expect(Math.max(...atTurn.map((now, n) => now - (atTurn[n - 1] ?? 0)))).toBeLessThanOrEqual(40)
})

it.each([
  [{ workers: 1.5 }, {}, 'engine bench: workers: expected a whole number of at least 1, got 1.5'],
  [
    { gatherMs: -1 },
    {},
    'engine bench: gatherMs: expected a finite number of milliseconds, 0 or more, got -1',
  ],
  [
    {},
    { settleMs: Number.NaN },
    'rule a: settleMs: expected a finite number of milliseconds, 0 or more, got NaN',
  ],
])('an engine with %o and a rule with %o is refused', (options, rule, message) => {
  expect(() => bench([{ ...made('a', ''), ...rule }], options)).toThrow(new RangeError(message))
})

describe('a worker', () => {
  it('is not held by keys that wait for a confirming list, and they share the list', async () => {
    const { clock, engine, run, server, stateOf } = bench([copy], { workers: 2, gatherMs: 20 })
    const names = Array.from({ length: 30 }, (_, n) => `i${n}`)
    server.userPut('Wish', wish('w', ...names))
    for (const name of names) server.userPut('Input', input(name, '1'))
    await run()
    expect(server.all('Copy')).toHaveLength(30)
    server.userDelete('Wish', 'w')
    server.userEdit('Wish', 'w', (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [] },
    }))
    server.userPut('Wish', wish('v', 'other'))
    server.userPut('Input', input('other', '1'))
    await run()
    // Thirty wait, and another key is worked on meanwhile.
    expect(stateOf('other')).toEqual({ is: 'present' })
    expect(server.all('Copy')).toHaveLength(31)
    expect(engine.pending).toBe(30)
    const lists = server.lists
    clock.advance(20)
    await run()
    await run()
    expect(server.all('Copy')).toHaveLength(1)
    expect(server.lists - lists).toBe(1)
    expect(engine.pending).toBe(0)
  })

  it('is given back before and after a list that fails', async () => {
    const { clock, engine, run, server } = bench([copy], { workers: 1, gatherMs: 20 })
    server.userPut('Copy', { ...input('i', '1'), metadata: { name: 'i', labels: { ours: '' } } })
    await run()
    const { list } = server
    server.list = () => Promise.reject(new Error('no list'))
    clock.advance(20)
    await run()
    expect(engine.explain()[0]?.state).toMatchObject({ is: 'failed', message: 'no list' })
    server.list = list
    for (let n = 0; n < 3; n += 1) {
      clock.advance(200)
      await run()
    }
    expect(server.all('Copy')).toEqual([])
  })
})
