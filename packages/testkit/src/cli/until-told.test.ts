import { expect, it } from 'vitest'
import { untilTold } from './until-told.ts'

it('hears of a parent that had ended before it was called', async () => {
  const another = process.ppid + 1
  expect(await untilTold(another)).toBeUndefined()
})
