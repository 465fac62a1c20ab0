import { describe, expect, it } from 'vitest'
import { validationCases } from '../../test/vectors.ts'
import type { MirrorPeer } from '../kinds/mirror-peer.ts'
import { defaultMirrorPeer } from './default-mirror-peer.ts'
import { parseMirrorPeer } from './parse-mirror-peer.ts'
import type { MirrorPeerValidation } from './problem.ts'
import { validateMirrorPeerUpdate } from './validate-mirror-peer-update.ts'
import { validateMirrorPeer } from './validate-mirror-peer.ts'

type Expected = ReturnType<typeof validationCases>[number]['expected']

const check = (found: MirrorPeerValidation, expected: Expected): void => {
  expect(found.ok, JSON.stringify(found.problems)).toBe(expected.admission === 'accept')
  if (expected.field !== undefined) expect(found.problems.map(({ path }) => path)).toContain(expected.field)
  for (const { code, message } of found.problems) {
    expect(code).toMatch(/^[A-Z][A-Za-z]+$/)
    expect(message.length).toBeGreaterThan(20)
  }
}

const checkStored = (object: MirrorPeer, { stored }: Expected): void => {
  if (stored !== undefined) expect(defaultMirrorPeer(object).spec).toMatchObject(stored)
}

describe('creation', () => {
  it.each(validationCases('create'))('$id: $title', ({ input: { object }, expected }) => {
    if (object === undefined) throw new Error('the case has no object')
    check(validateMirrorPeer(object), expected)
    const parsed = parseMirrorPeer(object)
    expect(parsed.ok).toBe(expected.admission === 'accept')
    if (parsed.ok && expected.stored !== undefined)
      expect(parsed.mirrorPeer.spec).toMatchObject(expected.stored)
    checkStored(object, expected)
  })
})

describe('update', () => {
  it.each(validationCases('update'))('$id: $title', ({ input: { object, oldObject }, expected }) => {
    if (object === undefined || oldObject === undefined) throw new Error('the case has no objects')
    check(validateMirrorPeerUpdate(oldObject, object), expected)
    checkStored(object, expected)
  })
})

describe('deletion', () => {
  it.each(validationCases('delete'))(
    '$id: $title is never refused: there is no rule for it',
    ({ expected }) => {
      expect(expected.admission).toBe('accept')
    },
  )
})
