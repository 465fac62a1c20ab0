import type { KubeObject } from '@odfmo/api-types/meta'
import { staticCache, type EventNote, type State } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { consoleInit } from './console-init.ts'
import { consoleEvent, consoleNews } from './console-news.ts'

const console = consoleInit({ namespace: 'odf' })
const name = 'odf-multicluster-console'
const failed = (reason: string): State => ({ is: 'failed', reason, message: `because ${reason}` })
const waits: State = { is: 'waiting', reason: 'KindNotServed', message: 'no console' }

it.each<[string, State, string | undefined]>([
  ['a kind that is missing', waits, 'KindNotServed'],
  ['somebody else’s object', failed('NotOurs'), 'NotOurs'],
  ['a contest', failed('Contested'), 'Contested'],
  ['a missing right', failed('Forbidden'), 'Forbidden'],
  ['a refused write', failed('Refused'), 'Refused'],
  ['a server that fails for now', failed('InternalError'), undefined],
  ['a write under way', { is: 'writing', message: '' }, undefined],
  ['all well', { is: 'present' }, undefined],
])('%s is told where only a person can put it right', (_what, state, reason) => {
  expect(consoleEvent('console-plugin', state)?.reason).toBe(reason)
})

/** What is logged and recorded when a rule's states follow each other. */
const told = (rule: string, states: readonly State[], deployed = true) => {
  const events: (readonly [KubeObject, EventNote])[] = []
  const logs: string[] = []
  const deployment = { metadata: { name, namespace: 'odf', uid: 'u' } }
  const news = consoleNews({
    console,
    cache: staticCache([[console.kinds.ConsoleDeployment, deployed ? [deployment] : []]]),
    recorder: { record: (object, note) => void events.push([object, note]) },
    logger: { info: (_fields: object, message: string) => void logs.push(message) },
  })
  for (const state of states) news.changed(rule, { name }, state)
  return { events, logs }
}

it('a wait is logged once and told on the Deployment, and so is its end', () => {
  const { events, logs } = told('console-plugin', [waits, { is: 'present' }, { is: 'present' }])
  expect(logs).toEqual(['no console', 'waits no longer'])
  expect(events).toEqual([
    [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'odf', uid: 'u' },
      },
      { type: 'Warning', reason: 'KindNotServed', action: 'WriteConsolePlugin', note: 'no console' },
    ],
  ])
})

it('what failed is in the engine’s log already', () => {
  const { events, logs } = told('console-service', [failed('NotOurs')])
  expect(logs).toEqual([])
  expect(events.map(([, { reason, action }]) => [reason, action])).toEqual([['NotOurs', 'WriteService']])
})

it('without a Deployment there is nothing to tell it on', () => {
  expect(told('console-plugin', [waits], false).events).toEqual([])
})

it('states of other rules are passed over', () => {
  expect(told('green-secret', [waits, failed('NotOurs')])).toEqual({ events: [], logs: [] })
})
