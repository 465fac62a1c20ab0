import type { State } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { consoleInit } from './console-init.ts'
import { consoleStatus } from './console-status.ts'

const console = consoleInit({ namespace: 'odf' })
const present: State = { is: 'present' }
const left: State = { is: 'left' }
const served: State = { is: 'waiting', reason: 'KindNotServed', message: 'no console' }
const pending: State = { is: 'pending', message: 'hub.ConsolePlugin: first list' }
const notOurs: State = { is: 'failed', reason: 'NotOurs', message: 'Service odf/x is there' }

const statusOf = (
  states: readonly (State | undefined)[],
  unsynced: readonly { name: string; why: string }[] = [],
) =>
  consoleStatus(console, {
    explanations: [
      { derived: 'green-secret', state: { is: 'failed', reason: 'X', message: 'others are passed over' } },
      ...console.derived.flatMap(({ name }, place) => {
        const state = states[place]
        return state === undefined ? [] : [{ derived: name, state }]
      }),
    ],
    unsynced,
  })

it.each<[string, readonly (State | undefined)[], string | undefined]>([
  ['a Service and a plugin in v1', [present, present, left], undefined],
  ['a Service and a plugin in v1alpha1', [present, left, present], undefined],
  ['no Deployment yet', [], 'Deployment odf/odf-multicluster-console is not there, or being deleted'],
  [
    'a Deployment that goes',
    [left, left, left],
    'Deployment odf/odf-multicluster-console is not there, or being deleted',
  ],
  ['no console', [present, served, left], 'no console'],
  ['a plugin that is not known yet', [present, pending, left], 'hub.ConsolePlugin: first list'],
  [
    'a plugin that nobody has made yet',
    [present, left, left],
    'ConsolePlugin odf-multicluster-console is not made yet',
  ],
  ['a plugin, and a Service of somebody else', [notOurs, present, left], 'Service odf/x is there'],
  ['two troubles', [notOurs, served, left], 'Service odf/x is there; no console'],
])('%s', (_what, states, why) => {
  expect(statusOf(states)).toEqual(why === undefined ? { is: 'right' } : { is: 'waiting', why })
})

it('what cannot be read is named, and what others cannot read is not', () => {
  const unsynced = [
    { name: 'hub.ConsoleDeployment', why: '403' },
    { name: 'hub.Secret', why: '500' },
  ]
  expect(statusOf([], unsynced)).toEqual({ is: 'waiting', why: 'hub.ConsoleDeployment: 403' })
  expect(statusOf([present, present, left], unsynced)).toEqual({ is: 'right' })
})
