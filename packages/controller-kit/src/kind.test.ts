import { expect, it, test } from 'vitest'
import { kind } from './kind.ts'

test.each([
  [['v1', 'Pod', 'pods'], { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }],
  [
    ['apps/v1', 'Deployment', 'deployments', 'Namespaced'],
    { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true },
  ],
  [
    ['v1', 'Namespace', 'namespaces', 'Cluster'],
    { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  ],
] as const)('%j is a kind by its manifest name', (given, expected) => {
  const [apiVersion, name, plural, scope] = given
  expect(kind(apiVersion, name, plural, scope)).toEqual(expected)
})

it.each(['', '/v1', 'apps/', 'a/b/c', 'Pod', 'Apps/v1', 'apps v1', 'a..b/v1'])(
  'refuses %j as an apiVersion',
  (apiVersion) => {
    expect(() => kind(apiVersion, 'X', 'xs')).toThrow('expected an apiVersion like v1 or apps/v1')
  },
)

it.each(['', 'Pods', 'pods/status', 'config maps'])('refuses %j as a plural', (plural) => {
  expect(() => kind('v1', 'Pod', plural)).toThrow(
    `kind Pod: expected a plural like configmaps, as URLs have it, got "${plural}"`,
  )
})

it.each(['', 'Config Map', 'v1/Pod'])('refuses %j as a name', (name) => {
  expect(() => kind('v1', name, 'pods')).toThrow(`kind of v1: expected a name like ConfigMap, got "${name}"`)
})
