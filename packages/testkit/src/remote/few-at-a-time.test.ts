import { expect, test } from 'vitest'
import { fewAtATime } from './few-at-a-time.ts'

test('answers come in the order of the items, and never more than six calls run', async () => {
  let running = 0
  let most = 0
  const answers = await fewAtATime([...Array(20).keys()], async (item) => {
    running += 1
    most = Math.max(most, running)
    // later items are done first
    for (let turn = item; turn < 20; turn += 1) await Promise.resolve()
    running -= 1
    return item * 2
  })
  expect(answers).toEqual([...Array(20).keys()].map((item) => item * 2))
  expect(most).toBe(6)
})

test('nothing is nothing, and a failure is the failure of all', async () => {
  expect(await fewAtATime([], () => Promise.resolve(1))).toEqual([])
  await expect(fewAtATime([1, 2], () => Promise.reject(new Error('no')))).rejects.toThrow('no')
})
