import { describe, expect, it } from 'vitest'
import { capManagers } from './cap-managers.ts'
import { ConflictError } from './conflict.ts'
import { FieldSet } from './field-set.ts'
import { isReset, withOldTimes } from './managed-object.ts'
import { managerKey, readManagers, writeManagers } from './manager-entry.ts'
import type { ManagerEntry, Managers } from './manager-entry.ts'
import { managerName } from './manager-name.ts'

const entry = (manager: string, more: Partial<ManagerEntry> = {}): ManagerEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  subresource: '',
  time: '2024-01-01T00:00:00Z',
  set: FieldSet.of([`f:${manager}`]),
  ...more,
})

const managersOf = (...entries: readonly ManagerEntry[]): Managers =>
  new Map(entries.map((each) => [managerKey(each), each]))

describe('managers', () => {
  it('are written appliers first, then the oldest, then by name', () => {
    const written = writeManagers(
      managersOf(
        entry('young', { time: '2024-01-02T00:00:00Z' }),
        entry('b'),
        entry('a', { subresource: 'status' }),
        entry('a'),
        entry('never', { time: undefined }),
        entry('late', { operation: 'Apply', time: '2025-01-01T00:00:00Z' }),
      ),
    )
    expect(written?.map(({ manager, subresource = '' }) => manager + subresource)).toEqual([
      'late',
      'never',
      'a',
      'astatus',
      'b',
      'young',
    ])
  })

  it('are read as they were written', () => {
    const managers = managersOf(entry('a', { subresource: 'status' }), entry('b', { operation: 'Apply' }))
    expect(writeManagers(readManagers(writeManagers(managers)) ?? new Map())).toEqual(writeManagers(managers))
  })

  it('of an apply are one in all versions, of an update one in each', () => {
    expect(managerKey(entry('a', { operation: 'Apply', apiVersion: 'v2' }))).toBe(
      managerKey(entry('a', { operation: 'Apply' })),
    )
    expect(managerKey(entry('a', { apiVersion: 'v2' }))).not.toBe(managerKey(entry('a')))
  })

  it.each([
    [[{ operation: 'Apply' }]],
    [[{ operation: 'Apply', apiVersion: 'v1', fieldsType: 'X' }]],
    [['text']],
    [[{ operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { a: {} } }]],
  ])('that cannot be read are none: %j', (managedFields) => {
    expect(readManagers(managedFields)).toBeUndefined()
  })
})

describe('the limit of managers who updated', () => {
  it('rolls the oldest of each version into one, with the time of the youngest among them', () => {
    const at = (second: number): string => `2024-01-01T00:00:${String(second).padStart(2, '0')}Z`
    const managers = managersOf(
      ...Array.from({ length: 11 }, (_, number) => entry(`m${number}`, { time: at(number) })),
      entry('other', { apiVersion: 'v2', time: at(0) }),
      entry('applier', { operation: 'Apply', time: at(0) }),
    )
    capManagers(managers)
    expect(managers.size).toBe(11)
    const rolled = [...managers.values()].find(({ manager }) => manager === 'ancient-changes')
    expect(rolled).toMatchObject({ apiVersion: 'v1', time: at(2) })
    expect([...(rolled?.set.members ?? [])].toSorted()).toEqual(['f:m0', 'f:m1', 'f:m2'])
  })

  it('leaves ten as they are', () => {
    const managers = managersOf(...Array.from({ length: 10 }, (_, number) => entry(`m${number}`)))
    capManagers(managers)
    expect(managers.size).toBe(10)
  })
})

describe('a conflict', () => {
  it('tells each owner once, with all its fields', () => {
    const path = (name: string) => ['f:spec', `f:${name}`]
    const error = new ConflictError([
      { owner: entry('b', { operation: 'Apply' }), path: path('x') },
      { owner: entry('a', { subresource: 'status' }), path: path('y') },
      { owner: entry('b', { operation: 'Apply' }), path: path('z') },
    ])
    expect(error.message).toBe(
      [
        'Apply failed with 3 conflicts: conflicts with "a" with subresource "status" using v1:',
        '- .spec.y',
        'conflicts with "b":',
        '- .spec.x',
        '- .spec.z',
      ].join('\n'),
    )
  })
})

describe('who writes', () => {
  it.each([
    ['', 'kubectl/v1.35 (linux)', 'kubectl'],
    ['me', 'kubectl/v1.35', 'me'],
    ['', '', 'unknown'],
    ['', '/x', 'unknown'],
    ['', 'a\tb\u00a0c d', 'abc d'],
    ['', `${'ü'.repeat(70)}/1`, 'ü'.repeat(64)],
  ])('%j by %j is %j', (fieldManager, userAgent, name) => {
    expect(managerName({ fieldManager, userAgent })).toBe(name)
  })
})

describe('managedFields of an object', () => {
  const object = (time: string, data = '1') => ({
    apiVersion: 'v1',
    kind: 'X',
    metadata: { managedFields: [{ manager: 'a', time }] },
    data,
  })

  it('keep their times when nothing else is new', () => {
    expect(withOldTimes(object('2'), object('1'))).toEqual(object('1'))
    expect(withOldTimes(object('2', '2'), object('1'))).toEqual(object('2', '2'))
  })

  it('are forgotten by an empty list or an empty entry alone', () => {
    expect([[], [{}], [{}, {}], [{ manager: 'a' }], undefined].map((fields) => isReset(fields))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})
