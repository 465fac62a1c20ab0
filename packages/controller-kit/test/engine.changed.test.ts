import { expect, it } from 'vitest'
import { KubeError } from '../src/client/kube-error.ts'
import { bench, input, wish } from './engine-bench.ts'
import { copy } from './model/model-rules.ts'

it('tells its observer of each state of a key once, in order', async () => {
  const told: string[] = []
  const { clock, run, server } = bench([copy], {
    observer: {
      changed: (rule, { name }, state) =>
        void told.push([rule, name, state.is, 'reason' in state ? state.reason : ''].join(' ').trim()),
    },
  })
  server.userPut('Wish', wish('w', 'i'))
  await run()
  expect(told.splice(0).at(-1)).toMatch(/^copy i waiting /)
  server.userPut('Input', input('i', '1'))
  await run()
  expect(told.splice(0)).toEqual(['copy i present'])
  const patch = server.patch.bind(server)
  const context = { verb: 'patch', resource: 'copies', name: 'i', cluster: 'c' }
  server.patch = () => Promise.reject(new KubeError(context, 422, 'Invalid', 'not with this webhook'))
  server.userPut('Input', input('i', '2'))
  await run()
  clock.advance(2_000_000)
  await run()
  expect(told.splice(0)).toEqual(['copy i failed Refused'])
  server.patch = patch
  clock.advance(2_000_000)
  await run()
  expect(told).toEqual(['copy i present'])
})
