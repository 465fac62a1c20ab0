import { expect, it } from 'vitest'
import { CelError } from './cel-value.ts'
import { Fields } from './fields.ts'

it('computes a field once, also one that fails', () => {
  let count = 0
  const fields = new Fields(
    'fields',
    new Map([
      [
        'wrong',
        () => {
          count += 1
          throw new CelError('no')
        },
      ],
    ]),
  )
  expect(() => fields.get('wrong')).toThrow('no')
  expect(() => fields.get('wrong')).toThrow('no')
  expect(count).toBe(1)
})
