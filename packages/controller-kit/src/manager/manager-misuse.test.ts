import { expect, it } from 'vitest'
import { hub, managerOf, part, scenes, started } from '../../test/manager-scene.ts'
import { derived } from '../derived/derived.ts'
import { absent } from '../derived/wanted.ts'
import { itself } from '../queue/mappers.ts'
import { done } from '../queue/reconcile.ts'
import { source } from '../queue/source.ts'
import { configMapLock, leaseLock } from './locks.ts'

const { scene, inMemory } = scenes()
inMemory()

const controller = (name: string) => ({
  name,
  sources: [source(hub.ConfigMap, itself)],
  reconcile: async () => done,
})
const nothing = (): void => undefined

it('takes nothing more once it runs: it would never be started', async () => {
  const stop = new AbortController()
  const manager = managerOf(scene.client, 'one')
  const begun = started(manager)
  const run = manager.run(stop.signal)
  await begun
  expect(() => manager.addController(controller('late'))).toThrow(
    new Error('manager test: cannot add the controller "late" after run was called: add it before'),
  )
  expect(() => manager.addDerived('rules', [])).toThrow(
    'cannot add the engine "rules" after run was called: add it before',
  )
  expect(() => manager.add(part('late', true, nothing))).toThrow(
    'cannot add a part "late" after run was called: add it before',
  )
  await expect(manager.run(stop.signal)).rejects.toThrow(
    'manager test: run was called twice; to run again, create another manager',
  )
  stop.abort()
  await run
})

it('takes each name once, whatever has it', () => {
  const manager = managerOf(scene.client, 'one').addController(controller('a')).addDerived('b', [])
  const taken = (what: string): TypeError =>
    new TypeError(
      `manager test: cannot add ${what}: there is a part of that name; expected controllers, engines and other parts of different names`,
    )
  expect(() => manager.addController(controller('a'))).toThrow(taken('the controller "a"'))
  expect(() => manager.addController(controller('b'))).toThrow(taken('the controller "b"'))
  expect(() => manager.addDerived('a', [])).toThrow(taken('the engine "a"'))
  expect(() => manager.add(part('c', true, nothing), part('c', true, nothing))).toThrow(taken('a part "c"'))
})

it('takes each rule once, in whichever engine it is', () => {
  const rule = (name: string) => derived({ name, kind: hub.ConfigMap, keys: [], wanted: () => absent() })
  const manager = managerOf(scene.client, 'one').addDerived('a', [rule('one')])
  expect(() => manager.addDerived('b', [rule('two'), rule('one')])).toThrow(
    new TypeError('rules: expected a name of its own for each, two are named "one"'),
  )
  manager.addDerived('b', [rule('two')])
})

it('wants a lock to elect a leader with', () => {
  expect(() => managerOf(scene.client, 'one', { leaderElection: { locks: [] } })).toThrow(
    new TypeError(
      'leader election: expected at least one lock, got none; a process that always works has no leader election',
    ),
  )
})

it.each([
  ['Lease', leaseLock],
  ['ConfigMap', configMapLock],
] as const)('wants to know where the %s stands that is its lock', (kind, lockOf) => {
  const expected = `leader lock: expected a namespace and a name for the ${kind}, got`
  expect(() => lockOf(scene.client, { name: 'lock' })).toThrow(new TypeError(`${expected} {"name":"lock"}`))
  expect(() => lockOf(scene.client, { namespace: '', name: 'lock' })).toThrow(expected)
  expect(() => lockOf(scene.client, { namespace: 'default', name: '' })).toThrow(expected)
})

it('wants to know how long its parts may take to end', () => {
  expect(() => managerOf(scene.client, 'one', { drainMs: -1 })).toThrow(
    new RangeError('manager test: drainMs: expected a finite number of milliseconds, 0 or more, got -1'),
  )
})

it('wants a name for everything', () => {
  const manager = managerOf(scene.client, 'one')
  expect(() => manager.addController(controller(''))).toThrow(
    new TypeError("manager test: expected a name for the controller, got ''"),
  )
  expect(() => manager.addDerived('', [])).toThrow("expected a name for the engine, got ''")
  expect(() => manager.add(part(undefined as unknown as string, true, nothing))).toThrow(
    'expected a name for a part, got undefined',
  )
})
