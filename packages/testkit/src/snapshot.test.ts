import { expect, it } from 'vitest'
import { sameState } from './same-state.ts'
import type { Snapshot } from './snapshot.ts'
import { startCluster } from './start-cluster.ts'

it('what is no snapshot is told so, above all one that nobody has waited for', async () => {
  const cluster = await startCluster({ controllers: false })
  const before = cluster.snapshot()
  const pending = Promise.resolve(before) as unknown as Snapshot
  const message = 'snapshot: expected what snapshot() gives (await snapshot() where it takes requests), got'
  expect(() => sameState(before, pending)).toThrow(new TypeError(`${message} [object Promise]`))
  expect(() => cluster.restore(pending)).toThrow(new TypeError(`${message} [object Promise]`))
  expect(() => cluster.restore({} as Snapshot)).toThrow('snapshot: expected what snapshot() gives, got')
  expect(sameState(before, cluster.snapshot())).toEqual([])
  await cluster.stop()
})
