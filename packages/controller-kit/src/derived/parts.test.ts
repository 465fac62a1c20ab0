import type { KubeObject } from '@odfmo/api-types/meta'
import { describe, expect, it } from 'vitest'
import { changedParts, partsOf } from './parts.ts'

const without: KubeObject = { metadata: { name: 'a', uid: 'u' } }

describe('the parts that differ', () => {
  // Every object in JavaScript inherits a `constructor`.
  it.each(['field', 'constructor'])('have a field that came or went: %s', (field) => {
    const withField = { ...without, [field]: {} } as KubeObject
    expect(partsOf(changedParts(without, withField))).toEqual(['spec'])
    expect(partsOf(changedParts(withField, without))).toEqual(['spec'])
  })
})
