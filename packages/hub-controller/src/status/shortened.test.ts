import { expect, test } from 'vitest'
import { shortened } from './shortened.ts'

test.each([
  ['abcd', 'abcd'],
  ['abcde', 'abc…'],
  // A face is two units: the cut would go through the second, or it fits.
  ['ab😀cd', 'ab…'],
  ['a😀cd', 'a😀…'],
])('%j in four units is %j', (text, expected) => {
  expect(shortened(text, 4)).toBe(expected)
})
