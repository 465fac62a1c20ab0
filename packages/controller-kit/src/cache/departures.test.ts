import { expect, it } from 'vitest'
import { Departures } from './departures.ts'

const minute = 60_000

it('knows when something went, however long ago', () => {
  const departures = new Departures()
  departures.went('a', 60 * minute)
  departures.went('b', 80 * minute)
  expect(departures.since('a', 0)).toBe(60 * minute)
  expect(departures.since('never there', 0)).toBe(0)
  departures.cameBack('a')
  expect(departures.since('a', undefined)).toBeUndefined()
})

it('never says that something went earlier than it did, also of what it has forgotten', () => {
  const departures = new Departures()
  for (let index = 0; index < 20_000; index++) departures.went(`thing-${index}`, 60 * minute + index)
  expect(departures.since('thing-0', 0)).toBe(60 * minute)
  departures.went('later', 80 * minute)
  expect(departures.since('thing-0', 0)).toBeGreaterThanOrEqual(60 * minute)
  expect(departures.since('thing-0', 0)).toBeLessThan(61 * minute)
  expect(departures.since('thing-19999', 0)).toBe(60 * minute + 19_999)
  expect(departures.since('thing-0', 90 * minute)).toBe(90 * minute)
})
