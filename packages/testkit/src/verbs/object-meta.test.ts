import { describe, expect, it } from 'vitest'
import type { ObjectMeta } from '../kube-object.ts'
import { generatedName, labelProblems, pathSegmentProblems, subdomainProblems } from './names.ts'
import { metadataErrors, metadataUpdateErrors, normalized } from './object-meta.ts'

const shown = (meta: ObjectMeta): string[] =>
  metadataErrors({ name: 'a', ...meta }, subdomainProblems).map(
    ({ field, message }) => `${field}: ${message}`,
  )

const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }

describe('metadataErrors', () => {
  it.each<[string, ObjectMeta, string[]]>([
    [
      'nothing wrong',
      {
        labels: { 'example.com/a_B.c': 'x-1' },
        annotations: { 'A/b': 'any text' },
        finalizers: ['a/b', 'orphan'],
      },
      [],
    ],
    ['no name', { name: '' }, ['metadata.name: Required value: name or generateName is required']],
    [
      'a label without a name',
      { labels: { 'a/': '' } },
      [
        'metadata.labels: Invalid value: "a/": name part must be non-empty',
        'metadata.labels: Invalid value: "a/": name part must consist of',
      ],
    ],
    [
      'a label with two slashes',
      { labels: { 'a/b/c': '' } },
      ['metadata.labels: Invalid value: "a/b/c": a valid label key must consist of'],
    ],
    [
      'a label prefix in capitals',
      { labels: { 'A/b': '' } },
      ['metadata.labels: Invalid value: "A/b": prefix part a lowercase RFC 1123 subdomain'],
    ],
    [
      'a long label',
      { labels: { a: 'x'.repeat(64) } },
      [`metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`],
    ],
    [
      'annotations of more than 256 KiB',
      { annotations: { a: 'x'.repeat(262_144) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [
      'an owner without uid',
      { ownerReferences: [{ ...owner, uid: '' }] },
      ['metadata.ownerReferences.uid: Invalid value: "": must not be empty'],
    ],
    [
      'a finalizer of two words',
      { finalizers: ['a b'] },
      ['metadata.finalizers: Invalid value: "a b": name part must consist of'],
    ],
  ])('%s', (_name, meta, expected) => {
    const found = shown(meta)
    expect(found).toHaveLength(expected.length)
    for (const [at, text] of expected.entries()) expect(found[at]).toContain(text)
  })

  it('allows one controller', () => {
    const found = shown({
      ownerReferences: [
        { ...owner, controller: true },
        { ...owner, name: 'q', controller: true },
      ],
    })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for Pod/p and Pod/q',
    )
  })
})

describe('metadataUpdateErrors', () => {
  it('holds what cannot change', () => {
    const old = { name: 'a', namespace: 'n', uid: 'u' }
    expect(metadataUpdateErrors(old, old)).toEqual([])
    expect(metadataUpdateErrors({ ...old, uid: 'v' }, old)).toEqual([
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.uid',
        message: 'Invalid value: "v": field is immutable',
      },
    ])
    expect(metadataUpdateErrors({ ...old, deletionTimestamp: '2026-01-01T00:00:00Z' }, old)).toHaveLength(1)
  })
})

describe('normalized', () => {
  it('keeps what metadata has, in order, and nothing empty', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'X',
      metadata: {
        labels: {},
        uid: 'u',
        name: 'a',
        finalizers: ['b', 'a', 'b'],
        odd: 1,
        managedFields: [{}],
        deletionGracePeriodSeconds: 0,
      },
      spec: {},
    }
    expect(JSON.stringify(normalized(object))).toBe(
      '{"apiVersion":"v1","kind":"X","metadata":{"name":"a","uid":"u","deletionGracePeriodSeconds":0,"finalizers":["b","a","b"],"managedFields":[{}]},"spec":{}}',
    )
  })
})

describe('names', () => {
  it.each([
    ['a.b-c', [], ['must not contain dots']],
    ['-a', ['a lowercase RFC 1123 subdomain'], ['a lowercase RFC 1123 label']],
    ['a'.repeat(64), [], ['must be no more than 63 characters']],
    ['a'.repeat(254), ['must be no more than 253 characters'], ['must be no more than 63 characters']],
  ])('%s', (name, subdomain, label) => {
    for (const [at, text] of subdomain.entries()) expect(subdomainProblems(name)[at]).toContain(text)
    expect(subdomainProblems(name)).toHaveLength(subdomain.length)
    for (const [at, text] of label.entries()) expect(labelProblems(name)[at]).toContain(text)
    expect(labelProblems(name)).toHaveLength(label.length)
  })

  it('of roles may be anything that fits into a path', () => {
    expect(pathSegmentProblems('system:node')).toEqual([])
    expect(pathSegmentProblems('a/b%')).toEqual(["may not contain '/'", "may not contain '%'"])
    expect(pathSegmentProblems('..')).toEqual(["may not be '..'"])
  })

  it('are generated within the limit', () => {
    expect(generatedName('x'.repeat(80), () => 0)).toBe(`${'x'.repeat(58)}bbbbb`)
  })
})
