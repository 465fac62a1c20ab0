import { expect, test } from 'vitest'
import { withController } from './owner-reference.ts'

const owner = { apiVersion: 'g.io/v1alpha1', kind: 'K', name: 'n', uid: 'u' }
const plain = { apiVersion: 'other.io/v1', kind: 'M', name: 'm', uid: 'x' }

test('a missing owner becomes the controller', () => {
  expect(withController([plain], owner)).toEqual([
    plain,
    { ...owner, controller: true, blockOwnerDeletion: true },
  ])
})

test('an owner in any version and with any flags stays byte for byte', () => {
  const existing = [{ ...owner, apiVersion: 'g.io/v1beta1' }, plain]
  expect(withController(existing, owner)).toBe(existing)
  const controlled = [{ ...owner, controller: false }]
  expect(withController(controlled, owner)).toBe(controlled)
})

test('a reference to an earlier object of that name is replaced', () => {
  expect(withController([{ ...owner, uid: 'old' }, plain], owner)).toEqual([
    plain,
    { ...owner, controller: true, blockOwnerDeletion: true },
  ])
})

test('the same name in another group or kind is another owner', () => {
  const others = [
    { ...owner, apiVersion: 'h.io/v1' },
    { ...owner, kind: 'L' },
    { ...owner, apiVersion: 'v1' },
  ]
  expect(withController(others, owner)).toHaveLength(4)
})

test('beside somebody else’s controller ours is a plain owner: two are refused', () => {
  expect(withController([{ ...plain, controller: true }], owner).at(-1)).toMatchObject({
    uid: 'u',
    controller: false,
  })
})
