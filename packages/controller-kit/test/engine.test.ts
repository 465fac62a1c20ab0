import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { heldError, KubeError } from '../src/client/kube-error.ts'
import { derived, from } from '../src/derived/derived.ts'
import { absent, edited, leave, present, waiting } from '../src/derived/wanted.ts'
import { bench, input, ownKey, wish } from './engine-bench.ts'
import { c, copy, finalizer, type Input, type Wish } from './model/model-rules.ts'

describe('the engine', () => {
  it('does not delete what a fresh look finds wanted, though the cache does not know it', async () => {
    const { run, server } = bench([copy])
    server.userPut('Input', input('i', '1'))
    await run()
    server.userPut('Copy', { ...input('i', '1'), metadata: { name: 'i', labels: { ours: 'yes' } } })
    server.userPut('Wish', wish('w', 'i'))
    // The copy arrives, the wish lags behind.
    await run([c.Copy, c.Input])
    expect(server.all('Copy')).toHaveLength(1)
    expect(server.writes).toBe(0)
  })

  it('looks again before it makes anew what it found outside of its selection', async () => {
    const { run, server } = bench([copy])
    server.userPut('Input', input('i', '1', 'a'))
    await run([c.Input, c.Copy])
    // The cache still has the input of the old type; the copy, of the new one, has lost its label.
    server.userPut('Input', input('i', '1', 'b'))
    server.userPut('Copy', input('i', '1', 'b'))
    const uid = server.all('Copy')[0]?.metadata.uid
    server.userPut('Wish', wish('w', 'i'))
    await run([c.Wish, c.Copy])
    await run()
    expect(server.all('Copy')).toMatchObject([{ metadata: { uid, labels: { ours: 'yes' } }, type: 'b' }])
    // And what cannot be put right otherwise is made anew.
    server.userPut('Copy', input('i', '1', 'c'))
    await run()
    const made = server.all('Copy')[0]
    expect(made).toMatchObject({ metadata: { labels: { ours: 'yes' } }, type: 'b' })
    expect(made?.metadata.uid).not.toBe(uid)
  })

  it('lets the rule see an object that was there before the cache knew, instead of writing over it', async () => {
    const careful = derived<Input>({
      name: 'careful',
      kind: c.Copy,
      keys: [from(c.Input, ownKey)],
      wanted(key, world) {
        const live = world.get(c.Copy, key)
        // Somebody's own is left as it is; only what is missing is made, with our mark.
        if (live !== undefined) return leave()
        return present({ metadata: { name: key.name, labels: { ours: 'made' } }, type: 'a', data: {} })
      },
    })
    const { run, server } = bench([careful])
    await run()
    server.userPut('Copy', {
      metadata: { name: 'i', labels: { ours: 'theirs' } },
      type: 'a',
      data: { v: 'theirs' },
    } as Input)
    server.userPut('Input', input('i', '1'))
    await run([c.Input])
    expect(server.writes).toBe(0)
    expect(server.all('Copy')[0]).toMatchObject({
      metadata: { labels: { ours: 'theirs' } },
      data: { v: 'theirs' },
    })
  })

  it('does not take a 404 about something else for the end of the object', async () => {
    const { clock, run, server, stateOf } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    const patch = server.patch.bind(server)
    server.patch = () =>
      Promise.reject(
        new KubeError(
          { verb: 'patch', resource: 'copies', name: 'i', cluster: 'c' },
          404,
          'NotFound',
          'role "r" not found',
        ),
      )
    server.userPut('Input', input('i', '2'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'NotFound' })
    server.patch = patch
    clock.advance(120_000)
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
    expect((server.all('Copy')[0] as Input).data).toEqual({ v: '2' })
  })

  it('does not take a 404 that knows nothing of the object for its absence', async () => {
    const { cache, clock, run, server, stateOf } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    const asked = { verb: 'get', resource: 'copies', name: 'i', cluster: 'c' }
    const nothing = (): Promise<never> =>
      Promise.reject(new KubeError(asked, 404, 'NotFound', '404 page not found'))
    const { get, patch } = server
    server.get = nothing
    server.patch = nothing
    server.userPut('Input', input('i', '2'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'NotFound' })
    expect(cache.get(c.Copy, { name: 'i' })).toBeDefined()
    server.get = get
    server.patch = patch
    clock.advance(120_000)
    await run()
    expect((server.all('Copy')[0] as Input).data).toEqual({ v: '2' })
  })

  it('asks whether a kind is really not served before it takes something away', async () => {
    const { cache, run, server } = bench([copy])
    const sync = cache.sync.bind(cache)
    cache.sync = (of) => (of === c.Wish ? { is: 'notServed' } : sync(of))
    server.userPut('Input', input('i', '1'))
    server.userPut('Copy', { ...input('i', '1'), metadata: { name: 'i', labels: { ours: 'yes' } } })
    server.userPut('Wish', wish('w', 'i'))
    await run([c.Copy, c.Input])
    expect(server.all('Copy')).toHaveLength(1)
    const list = server.list.bind(server)
    server.list = (kind, options) =>
      kind.kind === 'Wish'
        ? Promise.reject(
            new KubeError(
              { verb: 'list', resource: 'wishes', cluster: 'c' },
              404,
              'NotFound',
              'page not found',
            ),
          )
        : list(kind, options)
    server.userPut('Copy', {
      ...input('i', '1'),
      metadata: { name: 'i', labels: { ours: 'yes', again: '' } },
    })
    await run([c.Copy, c.Input])
    expect(server.all('Copy')).toEqual([])
  })

  it('deletes what nobody wants, with the version that was looked at', async () => {
    const { run, server, engine } = bench([copy])
    server.userPut('Copy', { ...input('i', '1'), metadata: { name: 'i', labels: { ours: 'yes' } } })
    await run()
    expect(server.all('Copy')).toEqual([])
    expect(engine.explain()).toEqual([])
  })

  it('makes again what differs in a field that cannot change', async () => {
    const { run, server } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    const before = server.all('Copy')[0]?.metadata.uid
    server.userPut('Input', input('i', '1', 'b'))
    await run()
    const [after] = server.all('Copy')
    expect((after as Input | undefined)?.type).toBe('b')
    expect(after?.metadata.uid).not.toBe(before)
  })

  it("leaves what is somebody else's and says so", async () => {
    const { run, server, stateOf } = bench([copy])
    const foreign = {
      ...input('i', 'theirs'),
      metadata: { name: 'i', annotations: { foreign: '' } },
    } as Input
    server.userPut('Copy', foreign)
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    expect((server.all('Copy')[0] as Input).data).toEqual({ v: 'theirs' })
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'NotOurs' })
  })

  it('sends nothing while writes are held, and the state says why', async () => {
    const { run, server, stateOf } = bench([copy], { canWrite: () => false })
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    expect(server.writes).toBe(0)
    expect(stateOf('i')).toMatchObject({ is: 'writing', message: 'writes are held' })
  })

  it('asks again right before a write is sent, and holds what may not be', async () => {
    const { run, server, stateOf } = bench([copy])
    const { create } = server
    server.create = (_kind, _object, options) => {
      expect(options?.mayStart?.()).toBe(true)
      const asked = { verb: 'create', resource: 'copies', name: 'i', cluster: 'c' }
      return Promise.reject(heldError(asked))
    }
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'writing', message: 'writes are held' })
    server.create = create
  })

  it('evaluates an aggregate once for a burst', async () => {
    let evaluations = 0
    const counting = derived<Input>({
      name: 'counting',
      kind: c.Copy,
      settleMs: 250,
      keys: [from(c.Input, () => [{ name: 'all' }])],
      wanted(_key, world) {
        evaluations += 1
        return present({
          metadata: { name: 'all', labels: { ours: '' } },
          type: 'a',
          data: { n: String(world.list(c.Input, ['spec']).length) },
        })
      },
    })
    const { clock, run, server } = bench([counting])
    for (let n = 0; n < 50; n += 1) server.userPut('Input', input(`i${n}`, '1'))
    await run()
    expect(evaluations).toBe(0)
    clock.advance(250)
    await run()
    expect((server.all('Copy')[0] as Input).data).toEqual({ n: '50' })
    expect(server.writes).toBe(1)
    // Its own write is one more look, in the next slot.
    clock.advance(10_000)
    await run()
    expect(evaluations).toBe(2)
  })

  it('takes the keys of an urgent rule before those of others that came earlier', async () => {
    const order: string[] = []
    const rule = (name: string, urgent: boolean) =>
      derived<Input>({
        name,
        kind: c.Copy,
        urgent,
        keys: [from(c.Input, (one) => [{ name: one.metadata.name ?? '' }])],
        wanted: () => {
          order.push(name)
          return leave()
        },
      })
    const { run, server } = bench([rule('bulk', false), rule('awaited', true)])
    for (let n = 0; n < 5; n += 1) server.userPut('Input', input(`i${n}`, '1'))
    await run()
    expect(order).toEqual([...Array<string>(5).fill('awaited'), ...Array<string>(5).fill('bulk')])
  })

  it('stops writing what the server accepts and does not keep', async () => {
    const { run, server, stateOf } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    const patch = server.patch.bind(server)
    server.patch = (kind, key, type, body, options) =>
      patch(kind, key, type, { ...(body as object), data: { v: '1' } }, options)
    server.userPut('Input', input('i', '2'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'WriteNotKept' })
    expect(server.writes).toBeLessThan(5)
  })

  it('tries a refused body once where a rule says so, and again when the body changes', async () => {
    const once = { ...copy, refusedOnce: true }
    const { clock, run, server, stateOf } = bench([once])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    const patch = server.patch.bind(server)
    let refusals = 0
    server.patch = (kind, key, type, body, options) => {
      if (!JSON.stringify(body).includes('"2"')) return patch(kind, key, type, body, options)
      refusals += 1
      return Promise.reject(
        new KubeError({ verb: 'patch', resource: 'copies', cluster: 'c' }, 422, 'Invalid', 'immutable'),
      )
    }
    server.userPut('Input', input('i', '2'))
    await run()
    clock.advance(1_000_000)
    await run()
    expect(refusals).toBe(1)
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'Refused' })
    server.userPut('Input', input('i', '3'))
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
  })

  it('carries a refusal of the server into the state, and tries again later', async () => {
    const { clock, run, server, stateOf } = bench([copy])
    const create = server.create.bind(server)
    server.create = () =>
      Promise.reject(
        new KubeError({ verb: 'create', resource: 'copies', cluster: 'c' }, 403, 'Forbidden', 'not allowed'),
      )
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'Forbidden' })
    server.create = create
    clock.advance(2_000_000)
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
  })

  it('remembers nothing of objects whose namespace is watched no longer, and counts them once when it is again', async () => {
    const { cache, engine, run, server } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    await run()
    expect(engine.explain().map(({ wantedBy }) => wantedBy)).toEqual([1])
    cache.forgetAll(c.Wish)
    await run()
    expect(engine.explain()).toEqual([])
    server.userPut('Wish', wish('w', 'i'))
    await run()
    expect(engine.explain().map(({ wantedBy }) => wantedBy)).toEqual([1])
  })

  it('tries what failed at once when the server is back', async () => {
    const { cache, clock, run, server, stateOf } = bench([copy])
    const { create } = server
    const asked = { verb: 'create', resource: 'copies', name: 'i', cluster: 'c' }
    server.create = () => Promise.reject(new KubeError(asked, 0, 'ECONNREFUSED', 'nobody there'))
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    for (let n = 0; n < 20; n += 1) {
      clock.advance(60_000)
      await run()
    }
    server.create = create
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'ECONNREFUSED' })
    cache.recover(c.Copy)
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
  })

  it('says which kind has not synced, and works when it has', async () => {
    const { cache, run, server, stateOf } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    await run([c.Wish, c.Copy])
    expect(stateOf('i')).toEqual({ is: 'pending', message: 'c.Input: first list' })
    cache.startList(c.Input)
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'waiting', reason: 'NoInput' })
  })

  it('is not waiting, but pending, as long as a state it read is: so no restart shows what is not known yet', async () => {
    const reader = derived<Wish>({
      name: 'reader',
      kind: c.Wish,
      subresource: 'status',
      keys: [from(c.Wish, ownKey)],
      wanted(_key, world) {
        const part = world.state(copy, { name: 'i' })
        return part.is === 'present' ? leave() : waiting('NoPart', 'there is no copy')
      },
    })
    const { cache, run, server, stateOf } = bench([copy, reader])
    server.userPut('Wish', wish('w', 'i'))
    await run([c.Wish, c.Copy])
    expect(stateOf('w', 'reader')).toEqual({ is: 'pending', message: 'there is no copy' })
    cache.startList(c.Input)
    await run()
    expect(stateOf('w', 'reader')).toEqual({ is: 'waiting', reason: 'NoPart', message: 'there is no copy' })
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('w', 'reader')).toEqual({ is: 'left' })
  })

  it('logs names and paths, never values', async () => {
    const { logs, run, server } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', 'TOPSECRET1'))
    await run()
    server.userPut('Input', input('i', 'TOPSECRET2'))
    await run()
    expect(logs.join('\n')).toContain('data.v')
    expect(logs.join('\n')).not.toContain('TOPSECRET')
  })

  it('a rule that throws is a failed state with its message, and harms no other key', async () => {
    const throwing = {
      ...copy,
      wanted: ((key, world) => {
        if (key.name === 'bad') throw new TypeError('unexpected data')
        return copy.wanted(key, world)
      }) as typeof copy.wanted,
    }
    const { run, server, stateOf } = bench([throwing])
    server.userPut('Wish', wish('w', 'i', 'bad'))
    server.userPut('Input', input('i', '1'))
    await run()
    expect(stateOf('bad')).toEqual({ is: 'failed', reason: 'Failed', message: 'unexpected data' })
    expect(stateOf('i')).toEqual({ is: 'present' })
  })

  it('takes nothing away on the word of the cache alone', async () => {
    const taking = derived<Wish>({
      name: 'taking',
      kind: c.Wish,
      keys: [from(c.Wish, ownKey)],
      wanted(key, world) {
        const live = world.get(c.Wish, key)
        if (live === undefined) return absent()
        if (world.meta(c.Input, { name: 'keep' }) !== undefined) return waiting('Kept', 'somebody needs it')
        return edited({ ...live, metadata: { ...live.metadata, finalizers: [] } } as KubeObject as Wish, {
          confirm: true,
        })
      },
    })
    const { run, server } = bench([taking])
    server.userPut('Wish', wish('w'))
    await run()
    expect(server.all('Wish')[0]?.metadata.finalizers).toEqual([])
    server.userPut('Input', input('keep', '1'))
    server.userPut('Wish', wish('v'))
    await run([c.Wish])
    expect(server.all('Wish').find(({ metadata }) => metadata.name === 'v')?.metadata.finalizers).toEqual([
      finalizer,
    ])
  })
})
