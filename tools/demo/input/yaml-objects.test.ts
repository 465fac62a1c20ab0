import { expect, test } from 'vitest'
import { pathSegments, yamlObjects } from './yaml-objects.ts'

const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'

test.each([
  ['a key without a space after its colon inside a mapping', 'a: b: c\n', /^f\.yaml:1:4: no YAML: /],
  ['a tab as indentation', `${object}data:\n\tx: 1\n`, /^f\.yaml:5:1: no YAML: Tabs/],
  ['a flow sequence that does not end', 'a: [1\n', /^f\.yaml:2:1: no YAML: /],
  ['a key twice', `${object}kind: Secret\n`, /^f\.yaml:4:1: no YAML: Map keys must be unique/],
  ['a list', '- a\n', /^f\.yaml:1:1: not a Kubernetes object/],
  ['no apiVersion', 'kind: X\nmetadata: { name: a }\n', /^f\.yaml:1:1: apiVersion is missing/],
  ['an empty kind', "apiVersion: v1\nkind: ''\nmetadata: { name: a }\n", /^f\.yaml:2:7: kind is missing/],
  ['no name', 'apiVersion: v1\nkind: X\nmetadata: {}\n', /^f\.yaml:3:11: metadata\.name is missing/],
  [
    'a bad item of a List',
    'apiVersion: v1\nkind: List\nitems:\n  - kind: X\n',
    /^f\.yaml:4:5: apiVersion is missing/,
  ],
  ['the second document', `${object}---\nx\n`, /^f\.yaml:5:1: not a Kubernetes object/],
])('%s is reported where it is', (_, text, message) => {
  expect(() => yamlObjects('f.yaml', text)).toThrow(message)
})

test('all bad documents are reported at once', () => {
  expect(() => yamlObjects('f.yaml', 'kind: X\n---\n- b\n')).toThrow(/f\.yaml:1:1[^]*f\.yaml:3:1/)
})

test('the place of a field is known, of a missing one the place of what would hold it', () => {
  const [one] = yamlObjects('f.yaml', `${object}spec:\n  items:\n    - name: a\n    - name: b\n`)
  expect(one?.where('spec.items[1].name')).toBe('f.yaml:7:13')
  expect(one?.where('spec.items[1].namespace')).toBe('f.yaml:7:7')
  expect(one?.where('status')).toBe('f.yaml:1:1')
})

test('documents, Lists and empty documents are taken apart', () => {
  const list = 'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: A, metadata: { name: a } }\n'
  expect(yamlObjects('f.yaml', `${object}---\n---\n${list}`).map(({ value }) => value['kind'])).toEqual([
    'ConfigMap',
    'A',
  ])
  expect(yamlObjects('f.yaml', '')).toEqual([])
})

test('a path is split into keys and indexes', () => {
  expect(pathSegments('spec.items[1].name')).toEqual(['spec', 'items', 1, 'name'])
  expect(pathSegments('metadata.labels["a.b/c"]')).toEqual(['metadata', 'labels', 'a.b/c'])
})
