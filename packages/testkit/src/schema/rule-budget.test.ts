import { describe, expect, it } from 'vitest'
import { CelRules } from './cel-rules.ts'

describe('what the rules of an object cost', () => {
  it('is limited: the others are not asked', () => {
    const schema = {
      type: 'array',
      items: { type: 'object', 'x-kubernetes-validations': [{ rule: 'lists.range(30000).all(x, x >= 0)' }] },
    }
    const items = Array.from({ length: 1_000 }, () => ({}))
    const { errors } = new CelRules().evaluate(schema, items, undefined, false)
    expect(errors).toEqual([
      expect.objectContaining({
        message:
          'Invalid value: "object": validation failed due to running out of cost budget, no further validation rules will be run',
      }),
    ])
  })
})
