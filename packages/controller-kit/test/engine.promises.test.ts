import { describe, expect, it } from 'vitest'
import { derived, from } from '../src/derived/derived.ts'
import { absent, leave, present, waiting } from '../src/derived/wanted.ts'
import { bench, input, ownKey, wish } from './engine-bench.ts'
import { c, copy, type Input, type Wish } from './model/model-rules.ts'

/** A bench where one copy is wanted and there. */
const withCopy = async () => {
  const stage = bench([copy])
  stage.server.userPut('Wish', wish('w', 'i'))
  stage.server.userPut('Input', input('i', '1'))
  await stage.run()
  return stage
}

describe('a kind that the server does not serve', () => {
  it('is waited for where it is needed, and begins when its definition comes', async () => {
    const { run, server, stateOf } = bench([copy])
    server.serve('Copy', false)
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('i')).toEqual({
      is: 'waiting',
      reason: 'KindNotServed',
      message: 'cluster c does not serve copys.model yet',
    })
    expect(server.writes).toBe(0)
    server.serve('Copy', true)
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
    expect(server.all('Copy')).toHaveLength(1)
  })

  it('is empty for who reads it, and its coming wakes who did', async () => {
    const { run, server, stateOf } = bench([copy])
    server.serve('Input', false)
    server.userPut('Wish', wish('w', 'i'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'waiting', reason: 'NoInput' })
    server.serve('Input', true)
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
  })
})

describe('a kind that is forbidden', () => {
  it('is never taken for empty: it holds up who reads it, nobody else, until it is allowed', async () => {
    const other = derived<Input>({
      name: 'other',
      kind: c.Summary as never,
      keys: [from(c.Copy, () => [{ name: 'other' }])],
      wanted: () => present({ metadata: { name: 'other' } } as Input),
    })
    const { run, server, stateOf } = bench([copy, other])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    server.forbidden.add('Wish')
    // Whoever took this for empty would delete the copy.
    server.userPut('Copy', { ...input('i', 'edited'), metadata: { name: 'i', labels: { ours: 'yes' } } })
    await run()
    expect(stateOf('i')).toEqual({
      is: 'failed',
      reason: 'Forbidden',
      message: 'c.Wish: c.Wish: not allowed',
    })
    expect(stateOf('other', 'other')).toEqual({ is: 'present' })
    expect((server.all('Copy')[0] as Input).data).toEqual({ v: 'edited' })
    server.forbidden.clear()
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
    expect((server.all('Copy')[0] as Input).data).toEqual({ v: '1' })
  })
})

describe('a delete', () => {
  it('holds only for the object that was looked at: a change in between is a conflict, and a new look', async () => {
    const { run, server } = await withCopy()
    const { delete: remove } = server
    let deletes = 0
    server.delete = (kind, key, options) => {
      deletes += 1
      // Between the look and the delete somebody writes, and by now it is wanted again.
      if (deletes === 1) {
        server.userEdit('Copy', 'i', (object) => ({ ...object, data: { v: 'late' } }))
        server.userPut('Wish', wish('again', 'i'))
      }
      return remove.call(server, kind, key, options) as never
    }
    server.userEdit('Wish', 'w', (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [] },
    }))
    server.userDelete('Wish', 'w')
    await run()
    expect(deletes).toBe(1)
    expect(server.refusals).toContain('Copy delete i Conflict')
    expect((server.all('Copy')[0] as Input).data).toEqual({ v: '1' })
  })

  it('of what is gone already is done', async () => {
    const { engine, run, server } = await withCopy()
    const { delete: remove } = server
    server.delete = (kind, key, options) => {
      server.userDelete('Copy', 'i')
      return remove.call(server, kind, key, options) as never
    }
    server.userEdit('Wish', 'w', (object) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: [] },
    }))
    server.userDelete('Wish', 'w')
    await run()
    expect(server.all('Copy')).toEqual([])
    expect(engine.explain()).toEqual([])
  })
})

describe('an object that is ours and left our selection', () => {
  it('gets its label back', async () => {
    const { clock, run, server, stateOf } = await withCopy()
    server.userEdit('Copy', 'i', (object) => ({ ...object, metadata: { ...object.metadata, labels: {} } }))
    await run()
    clock.advance(1_000)
    await run()
    expect(server.all('Copy')[0]?.metadata.labels).toEqual({ ours: 'yes' })
    expect(stateOf('i')).toEqual({ is: 'present' })
  })
})

describe('a projection', () => {
  it('wakes nobody by what was not read: status writes go by who reads spec, other buckets by who reads one', async () => {
    const evaluated: string[] = []
    const counting = derived<Input>({
      ...copy,
      wanted(key, world) {
        evaluated.push(key.name)
        return copy.wanted(key, world)
      },
    })
    const { run, server } = bench([counting])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Wish', wish('v', 'j'))
    server.userPut('Input', input('i', '1'))
    await run()
    evaluated.length = 0
    server.userEdit('Wish', 'w', (object) => ({ ...object, status: { phase: 'x', missing: '' } }))
    server.userEdit('Input', 'i', (object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { l: '' } },
    }))
    await run()
    expect(evaluated).toEqual([])
    server.userPut('Wish', wish('u', 'j'))
    await run()
    expect(new Set(evaluated)).toEqual(new Set(['j']))
  })
})

describe('the state of another derived object', () => {
  const reader = (names: (wish: Wish) => readonly string[]) =>
    derived<Input>({
      name: 'reader',
      kind: c.Summary as never,
      keys: [from(c.Wish, ownKey)],
      wanted(key, world) {
        const live = world.get(c.Wish, key)
        const states = (live === undefined ? [] : names(live)).map((name) => world.state(part, { name }))
        return states.every(({ is }) => is === 'present')
          ? leave()
          : waiting('Parts', states.map(({ is }) => is).join())
      },
    })
  /** Named by nobody: it is there because it is asked for. */
  const part = derived<Input>({
    name: 'part',
    kind: c.Copy,
    keys: [],
    wanted(key, world) {
      const from_ = world.spec(c.Input, key)
      if (from_ === undefined)
        return world.find(byTarget, key.name, []).length === 0 ? absent() : waiting('None', 'none')
      return present({ metadata: { name: key.name, labels: { ours: '' } }, type: 'a', data: from_.data })
    },
  })
  const byTarget = { of: c.Wish, name: 'targets', values: (one: Wish) => one.spec.targets }

  it('brings its key into being, wakes who read it when it changes, and lets it go when nobody asks any more', async () => {
    const { engine, run, server, stateOf } = bench([part, reader((one) => one.spec.targets)])
    server.userPut('Wish', wish('w', 'i'))
    await run()
    expect(stateOf('i', 'part')).toMatchObject({ is: 'waiting', reason: 'None' })
    expect(stateOf('w', 'reader')).toMatchObject({ is: 'waiting', message: 'waiting' })
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('w', 'reader')).toEqual({ is: 'left' })
    server.userPut('Wish', wish('w'))
    server.userDelete('Input', 'i')
    await run()
    expect(server.all('Copy')).toEqual([])
    expect(engine.explain().map(({ derived: rule, key }) => `${rule} ${key.name}`)).toEqual(['reader w'])
  })
})
