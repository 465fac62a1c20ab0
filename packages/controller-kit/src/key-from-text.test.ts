import { keyText } from '@odfmo/api-types/meta'
import { expect, it } from 'vitest'
import { keyFromText } from './key-from-text.ts'

it.each([{ name: 'a' }, { namespace: 'n', name: 'a' }])('gives back %j', (key) => {
  expect(keyFromText(keyText(key))).toEqual(key)
})

it.each(['', '/a', 'n/', 'a/b/c'])('refuses %j', (text) => {
  expect(() => keyFromText(text)).toThrow('expected a key like namespace/name or name')
})
