import { describe, expect, it } from 'vitest'
import { KubeError } from '../src/client/kube-error.ts'
import { derived, from } from '../src/derived/derived.ts'
import { absent, leave } from '../src/derived/wanted.ts'
import { bench, input, ownKey, wish } from './engine-bench.ts'
import { c, copy } from './model/model-rules.ts'

const asked = { verb: 'get', resource: 'inputs', name: 'i', cluster: 'c' }

/** Goes with its input. */
const follower = derived({
  name: 'copy',
  kind: c.Copy,
  keys: [from(c.Copy, ownKey)],
  wanted: (key, world) => (world.meta(c.Input, key) === undefined ? absent() : leave()),
})

describe('an answer that is an error', () => {
  it('is not taken for absence: what a live read could not find out takes nothing away', async () => {
    const { clock, run, server, stateOf } = bench([follower])
    await run()
    server.userPut('Input', input('i', '1'))
    server.userPut('Copy', { ...input('i', '1'), metadata: { name: 'i', labels: { ours: 'yes' } } })
    const get = server.get.bind(server)
    server.get = () => Promise.reject(new KubeError(asked, 500, 'InternalError', 'try later'))
    // The cache does not know the input yet, and nobody can say whether it is there.
    await run([c.Copy])
    expect(server.all('Copy')).toHaveLength(1)
    expect(stateOf('i')).toMatchObject({ is: 'failed' })
    server.get = get
    clock.advance(120_000)
    await run([c.Copy])
    expect(server.all('Copy')).toHaveLength(1)
    expect(stateOf('i')).toMatchObject({ is: 'left' })
  })

  it('of a write that is refused is a failed state, and the write is tried again later', async () => {
    const { clock, run, server, stateOf } = bench([copy])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    const patch = server.patch.bind(server)
    server.patch = () =>
      Promise.reject(new KubeError({ ...asked, verb: 'patch' }, 422, 'Invalid', 'not with this webhook'))
    server.userPut('Input', input('i', '2'))
    await run()
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'Refused' })
    server.patch = patch
    clock.advance(2_000_000)
    await run()
    expect(stateOf('i')).toEqual({ is: 'present' })
    expect(server.all('Copy')).toMatchObject([{ data: { v: '2' } }])
  })

  it('refuses the same body for good where a rule says so, whatever wakes its key', async () => {
    const { run, server, stateOf } = bench([{ ...copy, refusedOnce: true }])
    server.userPut('Wish', wish('w', 'i'))
    server.userPut('Input', input('i', '1'))
    await run()
    let refusals = 0
    server.patch = () => {
      refusals += 1
      return Promise.reject(new KubeError({ ...asked, verb: 'patch' }, 422, 'Invalid', 'immutable'))
    }
    server.userPut('Input', input('i', '2'))
    await run()
    // Gone and back: two evaluations more, of the same body.
    server.userPut('Wish', wish('other', 'i'))
    await run()
    server.userDelete('Wish', 'other')
    await run()
    expect(refusals).toBe(1)
    expect(stateOf('i')).toMatchObject({ is: 'failed', reason: 'Refused' })
  })
})
