import { afterAll, beforeAll, expect, it } from 'vitest'
import type { InMemoryCluster, UserIdentity } from './cluster.ts'
import { useExisting } from './existing/use-existing.ts'
import { startCluster } from './start-cluster.ts'

let cluster: InMemoryCluster
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster.stop())

const wrong: [unknown, string][] = [
  ['system:foo', 'identity: expected an object, got "system:foo"'],
  [null, 'identity: expected an object, got null'],
  [{ username: 'bob' }, 'identity: expected user or groups, got "username"'],
  [{ user: '' }, 'identity: user: expected a name, got ""'],
  [{ user: 'bob', groups: 'ops' }, 'identity: groups: expected a list of names, got "ops"'],
  [{ groups: [1] }, 'identity: groups: expected a list of names, got 1'],
]

it.each(wrong)('%j names nobody, and is not the administrator', async (identity, message) => {
  const given = identity as UserIdentity
  expect(() => cluster.kubeconfig(given)).toThrow(new TypeError(message))
  expect(() => cluster.credentials(given)).toThrow(new TypeError(message))
  const existing = await useExisting({ kubeconfig: cluster.kubeconfig(), contexts: { lab: 'cluster' } })
  expect(() => existing.cluster('lab').kubeconfig(given)).toThrow(new TypeError(message))
  await existing.stop()
})
