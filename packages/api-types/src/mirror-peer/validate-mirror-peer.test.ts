import { describe, expect, it } from 'vitest'
import { counted } from '../../test/counted.ts'
import { mirrorPeer, ref } from '../../test/mirror-peers.ts'
import type { MirrorPeer } from '../kinds/mirror-peer.ts'
import { validateMirrorPeer } from './validate-mirror-peer.ts'

const found = (spec: Readonly<Record<string, unknown>>): string[] =>
  validateMirrorPeer(mirrorPeer(spec)).problems.map(({ path, code }) => `${path} ${code}`)
const warned = (spec: Readonly<Record<string, unknown>>): string[] => {
  const { ok, warnings } = validateMirrorPeer(mirrorPeer(spec))
  expect(ok).toBe(true)
  return warnings.map(({ path, code }) => `${path} ${code}`)
}

describe('validateMirrorPeer', () => {
  it('finds nothing wrong with a usual one', () => {
    expect(validateMirrorPeer(mirrorPeer())).toEqual({ ok: true, problems: [], warnings: [] })
    expect(validateMirrorPeer(mirrorPeer({ type: null, schedulingIntervals: null, manageS3: null })).ok).toBe(
      true,
    )
    expect(validateMirrorPeer(mirrorPeer({ schedulingIntervals: [] })).ok).toBe(true)
  })

  it('reports every problem at once', () => {
    expect(
      found({
        type: 'metro',
        items: [{ clusterName: '', storageClusterRef: { name: 5 } }, 'c2', null],
        schedulingIntervals: ['5m', '5', 7],
        manageS3: 'yes',
      }),
    ).toEqual([
      'spec.type NotSupported',
      'spec.items[0].clusterName Empty',
      'spec.items[0].storageClusterRef.name WrongType',
      'spec.items[0].storageClusterRef.namespace Required',
      'spec.items[1] WrongType',
      'spec.items[2] Required',
      'spec.items WrongCount',
      'spec.schedulingIntervals[1] BadInterval',
      'spec.schedulingIntervals[2] WrongType',
      'spec.manageS3 WrongType',
    ])
  })

  it.each([
    ['no items', { items: undefined }, ['spec.items Required']],
    ['null for items', { items: null }, ['spec.items Required']],
    ['an empty list', { items: [] }, ['spec.items WrongCount']],
    ['three items', { items: [ref('a'), ref('b'), ref('c')] }, ['spec.items WrongCount']],
    [
      'equal ones among three',
      { items: [ref('a'), ref('b'), ref('a')] },
      ['spec.items[2] DuplicateItem', 'spec.items WrongCount'],
    ],
    ['two equal items', { items: [ref('a'), ref('a')] }, ['spec.items[1] DuplicateItem']],
    [
      'one cluster twice',
      { items: [ref('a'), ref('a', 'other')] },
      ['spec.items[1].clusterName SameCluster'],
    ],
    [
      'one hub secret',
      { items: [ref('a-b', 'd', 'c'), ref('a', 'd', 'b-c')] },
      ['spec.items[1] SameHubSecret'],
    ],
    [
      'empty namespaces',
      { items: [ref('a', 'n', ''), ref('b')] },
      ['spec.items[0].storageClusterRef.namespace Empty'],
    ],
    ['a list for type', { type: ['async'] }, ['spec.type WrongType']],
    ['a text for intervals', { schedulingIntervals: '5m' }, ['spec.schedulingIntervals WrongType']],
    [
      'a newline after an interval',
      { schedulingIntervals: ['5m\n'] },
      ['spec.schedulingIntervals[0] BadInterval'],
    ],
    ['digits of other scripts', { schedulingIntervals: ['٥m'] }, ['spec.schedulingIntervals[0] BadInterval']],
    ['an empty type', { type: '' }, ['spec.type NotSupported']],
  ])('refuses %s', (_what, spec, problems) => {
    expect(found(spec)).toEqual(problems)
  })

  it('says what a person can do about it', () => {
    const { problems } = validateMirrorPeer(
      mirrorPeer({ type: 'Async', schedulingIntervals: ['5x'], items: [ref('c1'), ref('c1', 'b')] }),
    )
    expect(problems.map(({ message }) => message)).toEqual([
      '"Async" is no type of MirrorPeer: use async or sync',
      '"c1" is the cluster of an earlier item too: a MirrorPeer connects StorageClusters of two clusters',
      '"5x" is no interval: use a whole number followed by m (minutes), h (hours) or d (days), like 5m',
    ])
  })

  it.each([
    ['null', null],
    ['a text', 'MirrorPeer'],
    ['a list', []],
  ])('takes %s for no MirrorPeer', (_what, value) => {
    expect(validateMirrorPeer(value as unknown as MirrorPeer).problems).toMatchObject([
      { path: '', code: 'WrongType' },
    ])
  })

  it('refuses another kind and a spec that is none', () => {
    const other = { apiVersion: 'v1', kind: 'Secret', metadata: 5, spec: 'x' } as unknown as MirrorPeer
    expect(validateMirrorPeer(other).problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'apiVersion WrongKind',
      'kind WrongKind',
      'metadata WrongType',
      'spec WrongType',
    ])
    expect(validateMirrorPeer({ metadata: {} } as MirrorPeer).problems).toMatchObject([
      { path: 'spec', code: 'Required' },
    ])
  })

  it('says how many items there are, and what a kind must be, in words', () => {
    const messages = (value: unknown): readonly string[] =>
      validateMirrorPeer(value as MirrorPeer).problems.map(({ message }) => message)
    expect(messages(mirrorPeer({ items: [ref('a')] }))).toEqual([
      'there is 1 item: a MirrorPeer connects exactly 2 StorageClusters',
    ])
    expect(messages(mirrorPeer({ items: [] }))).toEqual([
      'there are 0 items: a MirrorPeer connects exactly 2 StorageClusters',
    ])
    expect(messages({ ...mirrorPeer(), apiVersion: 'multicluster.odf.openshift.io/v1' })).toEqual([
      '"multicluster.odf.openshift.io/v1" is no apiVersion of a MirrorPeer: use multicluster.odf.openshift.io/v1alpha1',
    ])
    expect(messages(undefined)).toEqual(['there is no MirrorPeer: it must be an object'])
  })

  it('shows no character of a value that a terminal would obey', () => {
    const { warnings } = validateMirrorPeer(mirrorPeer({ items: [ref('c1'), ref('\u202ec2\u009b2J\u2028')] }))
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining(String.raw`"\u202ec2\u009b2J\u2028"`),
    ])
  })

  it.each([
    ['clusterName', ref('c'.repeat(64)), 'at most 63 lower case letters, digits and dashes'],
    ['storageClusterRef.name', ref('c2', 'a_b'), 'at most 253 lower case letters, digits, dashes and dots'],
    [
      'storageClusterRef.namespace',
      ref('c2', 'a', 'a.b'),
      'at most 63 lower case letters, digits and dashes',
    ],
  ])('says what a %s is made of', (field, item, madeOf) => {
    const { warnings } = validateMirrorPeer(mirrorPeer({ items: [ref('c1'), item] }))
    expect(warnings.find(({ code }) => code === 'ImpossibleName')).toMatchObject({
      path: `spec.items[1].${field}`,
      message: expect.stringMatching(
        `: names are ${madeOf}, a letter or digit first and last \\(RFC 1123\\)$`,
      ),
    })
  })

  it.each([
    ['0m', ['ZeroInterval']],
    ['000h', ['ZeroInterval']],
    ['366d', []],
    ['367d', ['LongInterval']],
    ['9999999999999999999999999999999m', ['LongInterval']],
    ['24h', []],
  ])('an interval of %s', (interval, codes) => {
    expect(warned({ schedulingIntervals: ['5m', interval] })).toEqual(
      codes.map((code) => `spec.schedulingIntervals[1] ${code}`),
    )
  })

  it('warns of what will not work', () => {
    expect(warned({ schedulingIntervals: ['5m', '1h', '5m'] })).toEqual([
      'spec.schedulingIntervals[2] DuplicateInterval',
    ])
    expect(warned({ items: [ref('C1'), ref('c2', 'a_b', 'n.s')] })).toEqual([
      'spec.items[0].clusterName ImpossibleName',
      'spec.items[1].storageClusterRef.name ImpossibleName',
      'spec.items[1].storageClusterRef.namespace ImpossibleName',
    ])
    expect(warned({ items: [ref('c1'), ref('c'.repeat(28))] })).toEqual([
      'spec.items[1].clusterName ShortenedFinalizer',
    ])
    expect(warned({ items: [ref('a-b', 'c'), ref('a', 'b-c')] })).toEqual(['spec.items[1] SameProfileName'])
  })

  it('reports fields that are dropped, wherever they are', () => {
    const value = { ...mirrorPeer({ overlapping: true }), data: {} }
    const item = { clusterName: 'c2', storageClusterRef: { name: 'n', namespace: 'ns', uid: 'u' }, 'a/b': 1 }
    Object.assign(value.spec, { items: [ref('c1'), item] })
    expect(validateMirrorPeer(value).warnings.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'data UnknownField',
      'spec.items[1].storageClusterRef.uid UnknownField',
      'spec.items[1]["a/b"] UnknownField',
      'spec.overlapping UnknownField',
    ])
  })

  it('tells a hundred fields that are dropped one by one, and counts the rest without putting it into words', () => {
    const names = Array.from({ length: 500 }, (_, i) => `field${i}`)
    const many = Object.fromEntries(names.map((name) => [name, 1]))
    const [first, ...others] = names
    const { ok, warnings } = validateMirrorPeer({ ...mirrorPeer(many), [first ?? '']: 1 })
    expect(ok).toBe(true)
    expect(warnings.slice(0, 100).map(({ path }) => path)).toEqual(
      ['field0', 'spec.field0', ...others.map((name) => `spec.${name}`)].slice(0, 100),
    )
    expect(warnings.slice(100)).toEqual([
      {
        path: '',
        code: 'UnknownField',
        count: 401,
        message: 'a MirrorPeer does not have 401 more of these fields: they are dropped',
      },
    ])
  })

  it('reads no value of a field that is dropped', () => {
    const { members, reads } = counted()
    const value = mirrorPeer(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, {}])))
    validateMirrorPeer({ ...value, spec: members(value.spec) })
    expect(reads()).toBeLessThan(100)
  })

  it('still warns of names when an interval is refused', () => {
    const { problems, warnings } = validateMirrorPeer(
      mirrorPeer({ items: [ref('C1'), ref('c2')], schedulingIntervals: ['x'] }),
    )
    expect(problems).toHaveLength(1)
    expect(warnings).toMatchObject([{ code: 'ImpossibleName' }])
  })
})
