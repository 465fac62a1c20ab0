import { describe, expect, it } from 'vitest'
import { staticCache } from '../src/cache/static-cache.ts'
import { derived, from } from '../src/derived/derived.ts'
import { plan } from '../src/derived/plan.ts'
import { edited, leave, present, waiting } from '../src/derived/wanted.ts'
import { planText, whyText } from '../src/derived/why-text.ts'
import { why } from '../src/derived/why.ts'
import { bench, input, ownKey, wish } from './engine-bench.ts'
import { c, copy, rules, type Input, type Wish } from './model/model-rules.ts'

/** Waits for the state of the copy, which waits for its input. */
const waiter = derived<Wish>({
  name: 'waiter',
  kind: c.Wish,
  subresource: 'status',
  keys: [from(c.Wish, ownKey)],
  wanted(key, world) {
    const live = world.get(c.Wish, key)
    if (live === undefined) return leave()
    const missing = live.spec.targets.filter((name) => world.state(copy, { name }).is !== 'present')
    if (missing.length > 0) return waiting('Parts', `waits for ${missing.join()}`)
    return edited({ ...live, status: { phase: 'Ready', missing: '' } })
  },
})

describe('why', () => {
  it('names who wants an object, what it was computed from, and the cause of its waiting', async () => {
    const { engine, run, server } = bench([copy, waiter])
    server.userPut('Wish', wish('w', 'i'))
    await run()
    const [answer] = why(engine, { key: { name: 'w' }, derived: 'waiter' })
    expect(answer).toMatchObject({
      kind: 'c.Wish',
      wantedBy: [{ kind: 'c.Wish', name: 'w' }],
      state: { is: 'waiting', reason: 'Parts' },
      read: { states: [{ derived: 'copy', key: { name: 'i' } }] },
    })
    // Down to the leaf: the state of a state, and in it the object that nobody brings.
    expect(answer?.waitsFor).toEqual([
      {
        what: 'copy i: waiting (NoInput): nobody brought i',
        because: [
          { what: 'c.Input i is not there', because: [] },
          { what: expect.stringMatching(/^until /), because: [] },
        ],
      },
    ])
    const text = whyText(why(engine, { key: { name: 'i' } }))
    expect(text).toContain('c.Copy i, by rule copy')
    expect(text).toContain('c.Wish by by-target "i" [spec, meta]: 1')
    expect(text).toContain('c.Input i [spec], not there')
  })

  it('tells of a kind that cannot be believed, and of the state of another rule that writes what was read', async () => {
    const after = derived<Input>({
      name: 'after',
      kind: c.Copy,
      keys: [from(c.Wish, () => [{ name: 'after' }])],
      wanted(_key, world) {
        const first = world.get(c.Copy, { name: 'i' })
        return first === undefined ? waiting('NoFirst', 'i comes first') : leave()
      },
    })
    const { engine, run, server } = bench([copy, after])
    server.userPut('Wish', wish('w', 'i'))
    await run([c.Wish, c.Copy])
    const [answer] = why(engine, { key: { name: 'after' } })
    expect(answer?.waitsFor).toEqual([
      {
        what: 'copy i: pending: c.Input: first list',
        because: [
          { what: 'c.Input: first list', because: [] },
          { what: 'c.Input i is not there', because: [] },
        ],
      },
    ])
  })

  it('ends where rules wait for each other', async () => {
    const each = (name: string, other: () => Parameters<typeof waitFor>[0]) =>
      derived<Input>({
        name,
        kind: c.Copy,
        keys: [from(c.Wish, () => [{ name }])],
        wanted: (_key, world) => waitFor(other(), world),
      })
    const waitFor = (rule: ReturnType<typeof derived<Input>>, world: Parameters<typeof rule.wanted>[1]) =>
      waiting('Other', `${rule.name} is ${world.state(rule, { name: rule.name }).is}`)
    const one = each('one', () => two)
    const two: ReturnType<typeof each> = each('two', () => one)
    const { engine, run, server } = bench([one, two])
    server.userPut('Wish', wish('w'))
    await run()
    expect(whyText(why(engine, { key: { name: 'one' } }))).toMatch(
      / two two: .*\n +one one: .* \(told above\)\n/,
    )
  })

  it('says what became of the last write, and knows nothing of what nobody named', async () => {
    const { engine, run, server } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    server.userPut('Input', input('i', '2'))
    await run()
    const [answer] = why(engine, { key: { name: 'i' } })
    expect(answer).toMatchObject({
      state: { is: 'present' },
      waitsFor: [],
      lastWrite: { verb: 'patch', paths: ['data.v'], outcome: 'stored' },
    })
    expect(whyText(why(engine, { key: { name: 'nobody' } }))).toBe(
      'Nothing is known of it: no object names it, and nothing of it is left.\n',
    )
  })

  it('has names and reasons, and nothing of what is in an object', async () => {
    const { engine, run, server } = bench([...rules])
    server.userPut('Wish', wish('w', 'i', 'j'))
    server.userPut('Input', input('i', 'TOPSECRET'))
    await run()
    const answers = engine.accounts().flatMap(({ key, derived: rule }) => why(engine, { key, derived: rule }))
    expect(answers.length).toBeGreaterThan(3)
    const told =
      JSON.stringify(answers) + whyText(answers) + planText(engine.plan()) + JSON.stringify(engine.plan())
    expect(told).not.toContain('TOPSECRET')
  })
})

describe('plan', () => {
  it('names the writes that the engine then does, and does none', async () => {
    let mayWrite = false
    const { clock, engine, run, server } = bench([...rules], { canWrite: () => mayWrite })
    server.userPut('Wish', wish('w', 'i', 'j'))
    server.userPut('Input', input('i', '1'))
    server.userPut('Copy', { ...input('old', '1'), metadata: { name: 'old', labels: { ours: '' } } })
    server.userPut('Copy', { ...input('i', 'edited'), metadata: { name: 'i', labels: { ours: '' } } })
    await run()
    clock.advance(1_000)
    await run()
    const planned = engine.plan()
    expect(server.writes).toBe(0)
    expect(planText(planned)).toBe(
      [
        'patch c.Copy i (rule copy); metadata.labels.ours, data.v',
        'delete c.Copy old (rule copy); after a look at fresh reads',
        'create c.Summary summary (rule summary); apiVersion, kind, metadata.name, names',
        'patch c.Wish w/status (rule wish-status); status.phase, status.missing',
        '',
      ].join('\n'),
    )
    mayWrite = true
    clock.advance(120_000)
    await run()
    clock.advance(1_000)
    await run()
    expect(server.writes).toBeGreaterThanOrEqual(planned.length)
    expect(engine.plan()).toEqual([])
    expect(planText([])).toBe('Nothing would be written.\n')
  })

  it('works from given objects alone, as the engine would', () => {
    const cache = staticCache([
      [c.Wish, [wish('w', 'i')]],
      [c.Input, [input('i', '1')]],
    ])
    const writes = plan({ derived: [copy, waiter], cache })
    expect(writes).toMatchObject([
      { by: 'copy', verb: 'create', kind: 'c.Copy', key: { name: 'i' }, confirm: false },
    ])
    expect(writes[0]?.paths).toContain('data.v')
  })

  it('names the rule whose state never comes to rest', () => {
    const restless = derived<Input>({
      name: 'restless',
      kind: c.Copy,
      keys: [from(c.Wish, () => [{ name: 'x' }])],
      wanted: (key, world) => {
        const { is } = world.state(restless, key)
        return is === 'writing'
          ? waiting('No', 'no')
          : present({ metadata: { name: 'x', labels: { ours: 'yes' } }, type: 'a', data: {} })
      },
    })
    expect(() => plan({ derived: [restless], cache: staticCache([[c.Wish, [wish('w')]]]) })).toThrow(
      'restless x',
    )
  })
})
