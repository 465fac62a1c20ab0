import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KubeObject } from '@odfmo/api-types/meta'
import { ManualClock, type EventNote } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { newsWithoutHub } from './news-without-hub.ts'

const note: EventNote = {
  type: 'Warning',
  reason: 'HubCredentialsExpired',
  action: 'ReachHub',
  note: 'expired',
}
const found: readonly KubeObject[] = [{ metadata: { namespace: 'storage', name: 'first', uid: 'u1' } }]

const setting = () => {
  const clock = new ManualClock()
  const told: string[] = []
  const now = { isHubKnown: false, note: note as EventNote | undefined, answers: true, asked: 0 }
  const look = newsWithoutHub({
    isHubKnown: () => now.isHubKnown,
    ofAll: () => now.note,
    storageClusters() {
      now.asked += 1
      return now.answers ? Promise.resolve(found) : Promise.reject(new Error('no answer'))
    },
    recorder: {
      record: ({ kind, metadata }, { reason }) =>
        void told.push(`${kind} ${metadata.namespace}/${metadata.name} ${metadata.uid} ${reason}`),
    },
    clock,
  })
  /** As often as it is looked at in this time. */
  const pass = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed += 5) {
      look()
      await nextTurn()
      clock.advance(5_000)
    }
  }
  return { now, told, pass }
}

it('is told on the StorageClusters beside the agent, and again every half an hour while it lasts', async () => {
  const { now, told, pass } = setting()
  await pass(2 * 3_600)
  expect(told).toEqual(
    Array.from({ length: 4 }, () => 'StorageCluster storage/first u1 HubCredentialsExpired'),
  )
  expect(now.asked).toBe(4)
})

it('is nothing while all is well, or when the hub has said which MirrorPeers there are', async () => {
  const { now, told, pass } = setting()
  now.note = undefined
  await pass(60)
  now.note = note
  now.isHubKnown = true
  await pass(60)
  expect([told, now.asked]).toEqual([[], 0])
})

it('is told when the server answers again', async () => {
  const { now, told, pass } = setting()
  now.answers = false
  await pass(10)
  expect(told).toEqual([])
  now.answers = true
  await pass(60)
  expect(told).toHaveLength(1)
})
