import { describe, expect, it } from 'vitest'
import { derived, from } from '../src/derived/derived.ts'
import { managerOf } from '../src/derived/field-manager.ts'
import { present } from '../src/derived/wanted.ts'
import { planText } from '../src/derived/why-text.ts'
import { bench, input, wish } from './engine-bench.ts'
import { c, copy, type Input } from './model/model-rules.ts'

const minute = 60_000

/** A bench with one copy, and somebody who sets its data back whenever it is as we want it. */
const fight = async (options: Parameters<typeof bench>[1] = {}, rules = [copy]) => {
  const contested: string[] = []
  const stage = bench(rules, {
    observer: { contested: (rule, what) => contested.push(`${rule} ${what}`) },
    ...options,
  })
  const { clock, run, server } = stage
  server.userPut('Wish', wish('w', 'i'))
  server.userPut('Input', input('i', 'ours'))
  await run()
  const theirs = {
    manager: 'other-controller',
    operation: 'Update',
    time: '2026-01-01T00:00:00Z',
    fieldsV1: { 'f:data': { 'f:v': {} } },
  }
  const ours = {
    manager: 'bench',
    operation: 'Update',
    time: '2026-01-02T00:00:00Z',
    fieldsV1: { 'f:type': {} },
  }
  const setBack = (name = 'i'): void =>
    server.userEdit('Copy', name, (object) => ({
      ...object,
      metadata: { ...object.metadata, managedFields: [ours, theirs] },
      data: { v: 'theirs' },
    }))
  /** For so long, they set it back every 100 ms. */
  const goOn = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      if ((server.all('Copy')[0] as Input | undefined)?.data['v'] === 'ours') setBack()
      clock.advance(100)
      await run()
    }
  }
  const valueOf = (): string | undefined => (server.all('Copy')[0] as Input | undefined)?.data['v']
  return { ...stage, contested, goOn, setBack, valueOf }
}

describe('a field that is set back whenever it is written', () => {
  it('is found out: the state names object, field and who does it, one log and one count say so', async () => {
    const { contested, goOn, logs, stateOf } = await fight()
    await goOn(minute)
    const message =
      'Copy i in cluster c: "other-controller" sets data.v back whenever it is written; until this ends, it is written with growing pauses'
    expect(stateOf('i')).toEqual({ is: 'failed', reason: 'Contested', message })
    expect(contested).toEqual(['copy begins'])
    const said = logs
      .map((line) => JSON.parse(line) as { readonly message: string })
      .filter((line) => line.message === message)
    expect(said).toEqual([
      expect.objectContaining({
        derived: 'copy',
        path: 'data.v',
        rival: { is: 'manager', name: 'other-controller' },
      }),
    ])
    expect(logs.join()).not.toContain('theirs')
  })

  it('is written with growing pauses, of five minutes at the most', async () => {
    const { engine, goOn, server } = await fight()
    await goOn(minute)
    // Five at once, then after 1, 2, 4, … seconds.
    expect(server.writes).toBeGreaterThan(8)
    expect(server.writes).toBeLessThan(14)
    const before = server.writes
    await goOn(2 * minute)
    expect(server.writes - before).toBeLessThan(4)
    expect(planText(engine.plan())).toMatch(
      /^patch c.Copy i \(rule copy\); data.v; held: Copy i in cluster c: /,
    )
  })

  it('is as wanted again when the other one stops, and that is said once', async () => {
    const { clock, contested, goOn, run, stateOf, valueOf } = await fight()
    await goOn(minute)
    // They stop. The next try is at most so far away, and then it has to stay for a minute.
    for (let n = 0; n < 40 && stateOf('i')?.is !== 'present'; n += 1) {
      clock.advance(10_000)
      await run()
    }
    expect(valueOf()).toBe('ours')
    expect(stateOf('i')).toEqual({ is: 'present' })
    expect(contested).toEqual(['copy begins', 'copy over'])
  })

  it('is no contest when a hand does it now and then, nor when what is wanted changes', async () => {
    const { clock, contested, run, server, setBack, stateOf } = await fight()
    for (let n = 0; n < 20; n += 1) {
      setBack()
      await run()
      clock.advance(20_000)
      server.userPut('Input', input('i', 'ours'))
      await run()
    }
    for (let n = 0; n < 20; n += 1) {
      server.userPut('Input', input('i', n % 2 === 0 ? 'one' : 'two'))
      await run()
      clock.advance(100)
    }
    expect(contested).toEqual([])
    expect(stateOf('i')).toEqual({ is: 'present' })
  })

  it('rests together with another field of its object that is set back later: one contest, said once', async () => {
    const { clock, contested, run, server, goOn } = await fight()
    server.userPut('Input', { ...input('i', 'ours'), data: { v: 'ours', w: 'ours' } } as Input)
    await goOn(10_000)
    const writes = server.writes
    for (let n = 0; n < 600; n += 1) {
      server.userEdit('Copy', 'i', (object) => ({ ...object, data: { v: 'ours', w: 'theirs' } }))
      clock.advance(100)
      await run()
    }
    expect(contested).toEqual(['copy begins'])
    expect(server.writes - writes).toBeLessThan(20)
  })

  it('is forgotten when nobody wants the object any more', async () => {
    const { contested, engine, goOn, run, server } = await fight()
    await goOn(minute)
    server.userEdit('Wish', 'w', (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [] },
    }))
    server.userDelete('Wish', 'w')
    await run()
    expect(server.all('Copy')).toEqual([])
    expect(contested).toEqual(['copy begins', 'copy over'])
    expect(engine.explain()).toEqual([])
  })

  it('holds up no other object', async () => {
    const { goOn, run, server, stateOf } = await fight()
    server.userPut('Wish', wish('v', 'j'))
    await goOn(minute)
    server.userPut('Input', input('j', '1'))
    await run()
    expect(stateOf('j')).toEqual({ is: 'present' })
  })
})

describe('an object that is deleted whenever it is made', () => {
  it('is found out and made with pauses', async () => {
    const { clock, contested, run, server, stateOf } = await fight()
    for (let n = 0; n < 600; n += 1) {
      server.userDelete('Copy', 'i')
      clock.advance(100)
      await run()
    }
    expect(stateOf('i')).toMatchObject({
      is: 'failed',
      reason: 'Contested',
      message: expect.stringContaining('somebody deletes it whenever it is made'),
    })
    expect(contested).toEqual(['copy begins'])
    expect(server.writes).toBeLessThan(16)
    for (let n = 0; n < 40 && stateOf('i')?.is !== 'present'; n += 1) {
      clock.advance(10_000)
      await run()
    }
    expect(stateOf('i')).toEqual({ is: 'present' })
  })
})

describe('two rules of one engine of which one makes what the other deletes', () => {
  it('are both named, and it is made with pauses', async () => {
    const maker = derived<Input>({
      name: 'maker',
      kind: c.Copy,
      keys: [from(c.Wish, () => [{ name: 'x' }])],
      wanted: (key) =>
        present({ metadata: { name: key.name, labels: { ours: 'yes' } }, type: 'a', data: {} }),
    })
    // The rule of copies judges everything with its label, and nobody wishes for this one.
    const { clock, contested, run, server, stateOf } = await fight({}, [copy, maker])
    for (let n = 0; n < 100; n += 1) {
      clock.advance(100)
      await run()
    }
    expect(stateOf('x', 'maker')).toMatchObject({
      is: 'failed',
      reason: 'Contested',
      message: expect.stringContaining(
        'Copy x in cluster c: the rule copy deletes it whenever the rule maker makes it',
      ),
    })
    expect(contested).toEqual(['maker begins'])
    expect(server.writes).toBeLessThan(20)
  })
})

describe('two rules of one engine that want different values of a field', () => {
  it('are both named, at once, and neither writes without pause', async () => {
    const rival = derived<Input>({
      name: 'rival',
      kind: c.Copy,
      keys: [from(c.Input, (one) => [{ name: one.metadata.name ?? '' }])],
      wanted: (key) =>
        present({ metadata: { name: key.name, labels: { ours: 'yes' } }, type: 'a', data: { v: 'rival' } }),
    })
    const { clock, contested, run, server, stateOf } = await fight({}, [copy, rival])
    for (let n = 0; n < 100; n += 1) {
      clock.advance(100)
      await run()
    }
    const message = expect.stringContaining(
      'Copy i in cluster c: the rules copy and rival want different values of data.v',
    )
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'Contested', message })
    expect(stateOf('i', 'rival')).toMatchObject({ is: 'failed', reason: 'Contested', message })
    expect(contested.sort()).toEqual(['copy begins', 'rival begins'])
    // They answer each other twice, and then every few seconds.
    expect(server.writes).toBeLessThan(20)
    const before = server.writes
    for (let n = 0; n < 60; n += 1) {
      clock.advance(60_000)
      await run()
    }
    expect(server.writes - before).toBeLessThan(60)
    expect(contested).toHaveLength(2)
  })
})

describe('the manager of a field', () => {
  const entry = (manager: string, time: string, fieldsV1: object) => ({ manager, time, fieldsV1 })
  it.each([
    [
      'is who has it',
      [entry('a', '1', { 'f:data': { 'f:x': {} } }), entry('b', '2', { 'f:data': { 'f:y': {} } })],
      'a',
    ],
    [
      'is not us',
      [entry('us', '3', { 'f:data': { 'f:x': {} } }), entry('b', '2', { 'f:data': { 'f:x': {} } })],
      'b',
    ],
    [
      'is the last of several',
      [entry('a', '1', { 'f:data': { 'f:x': {} } }), entry('b', '2', { 'f:data': { 'f:x': {} } })],
      'b',
    ],
    [
      'is the last who wrote, when nobody has it: it was taken away',
      [entry('a', '1', {}), entry('b', '2', {})],
      'b',
    ],
    ['is unknown where nothing is written down', [], undefined],
  ])('%s', (_what, managedFields, expected) => {
    expect(managerOf({ metadata: { managedFields } }, ['data', 'x'], 'us')).toBe(expected)
  })
})
