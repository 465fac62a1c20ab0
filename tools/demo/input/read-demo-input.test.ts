import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../command/root.ts'
import { InputError } from './problem.ts'
import { demoInputOf, readDemoInput } from './read-demo-input.ts'

const item = (clusterName: string, name = 'ocs', namespace = 'storage'): string =>
  `    - clusterName: ${clusterName}\n      storageClusterRef: { name: ${name}, namespace: ${namespace} }\n`
const mirrorPeer = (items: string, rest = ''): string =>
  `apiVersion: multicluster.odf.openshift.io/v1alpha1\nkind: MirrorPeer\nmetadata:\n  name: mp\nspec:\n  items:\n${items}${rest}`
const good = mirrorPeer(item('cluster1') + item('cluster2'))
const managed = (name: string): string =>
  `apiVersion: cluster.open-cluster-management.io/v1\nkind: ManagedCluster\nmetadata: { name: ${name} }\n---\n`

// `where` is part of each expectation: a message that points nowhere helps nobody.
test.each([
  [
    'two equal items',
    mirrorPeer(item('cluster1') + item('cluster1')),
    /^f\.yaml:9:7: spec\.items\[1\]: .*name the StorageCluster of another cluster/,
  ],
  [
    'an unknown cluster',
    mirrorPeer(item('cluster1') + item('nowhere')),
    /^f\.yaml:9:20: spec\.items\[1\]\.clusterName: there is no cluster "nowhere"; there are cluster1, cluster2\n    Use one of those/,
  ],
  [
    'a wrong interval',
    mirrorPeer(item('cluster1') + item('cluster2'), '  schedulingIntervals: [5m, hourly]\n'),
    /^f\.yaml:11:29: spec\.schedulingIntervals\[1\]: .*hourly.* use a whole number/,
  ],
  ['one item only', mirrorPeer(item('cluster1')), /^f\.yaml:\d+:\d+: spec\.items: .*/],
  [
    'an empty name',
    mirrorPeer(item('cluster1') + item('cluster2', "''")),
    /^f\.yaml:10:34: spec\.items\[1\]\.storageClusterRef\.name: .*/,
  ],
  [
    'a missing field',
    mirrorPeer(item('cluster1') + '    - clusterName: cluster2\n'),
    /^f\.yaml:9:7: spec\.items\[1\]\.storageClusterRef: .*/,
  ],
  ['a wrong type', good.replace('spec:', 'spec:\n  type: both'), /^f\.yaml:6:9: spec\.type: .*/],
  ['a wrong apiVersion', good.replace('v1alpha1', 'v2'), /^f\.yaml:1:13: .*/],
  [
    'type sync',
    good.replace('spec:', 'spec:\n  type: sync'),
    /^f\.yaml:6:9: spec\.type: sync needs .*\n    Use type async/,
  ],
  [
    'a name that Kubernetes refuses',
    good.replace('name: mp', 'name: Mirror_Peer'),
    /^f\.yaml:4:9: metadata\.name: "Mirror_Peer" is no name.*\n    Use lower-case/,
  ],
  [
    'aliases that explode',
    `${good}---\na: &a [x, x]\n${'bcdefghij'.replace(/./g, (key, at: number) => `${key}: &${key} [*${'abcdefghi'[at]}, *${'abcdefghi'[at]}, *${'abcdefghi'[at]}]\n`)}`,
    /^f\.yaml:11:1: no YAML: .*alias/i,
  ],
  ['no MirrorPeer', managed('a'), /^f\.yaml: there is no MirrorPeer/],
  ['an empty file', '', /^f\.yaml: there is no MirrorPeer/],
  ['no YAML', 'a: b: c\n', /^f\.yaml:1:4: no YAML/],
  [
    'a MirrorPeer twice',
    `${good}---\n${good}`,
    /^f\.yaml:15:9: MirrorPeer mp is there twice, first at f\.yaml:4:9/,
  ],
  ['a cluster called hub', managed('hub') + good, /^f\.yaml:3:19: the name hub is taken/],
  [
    'a cluster whose name is a path',
    managed('../x') + good,
    /^f\.yaml:3:19: no cluster can be called "\.\.\/x"/,
  ],
  [
    'a ManagedCluster of another version',
    managed('a').replace('/v1', '/v9') + good,
    /^f\.yaml:1:13: a ManagedCluster of .*v9 is not known/,
  ],
])('%s is refused with where it is and what to do', (_, text, message) => {
  expect(() => demoInputOf('f.yaml', text, undefined)).toThrow(InputError)
  expect(() => demoInputOf('f.yaml', text, undefined)).toThrow(message)
})

test('examples/bad.yaml is refused for each of its mistakes at once', () => {
  const file = path.join(root, 'examples/bad.yaml')
  expect(() => demoInputOf('bad.yaml', readFileSync(file, 'utf8'), undefined)).toThrow(
    /^bad\.yaml:10:7: .*\nbad\.yaml:23:34: .*\nbad\.yaml:18:29: .*hourly.*\nbad\.yaml:33:20: .*"nowhere"/,
  )
})

test.each(['mirrorpeer.yaml', 'named-clusters.yaml'])('examples/%s is taken, without a warning', (name) => {
  const { mirrorPeers, spokes, warnings } = readDemoInput({
    file: path.join(root, 'examples', name),
    clusters: undefined,
    provider: 'memory',
  })
  expect(mirrorPeers).toHaveLength(1)
  expect(spokes).toHaveLength(2)
  expect(warnings).toEqual([])
})

test('without a file it is what examples/mirrorpeer.yaml says', () => {
  const generated = readDemoInput({ provider: 'memory' })
  expect(generated).toEqual(
    readDemoInput({ file: path.join(root, 'examples/mirrorpeer.yaml'), provider: 'memory' }),
  )
})

test('defaults are filled in, MirrorPeers sorted, StorageClusters found, other objects kept', () => {
  const second = good.replace('name: mp', 'name: another').replaceAll('storage }', 'other }')
  const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: b }\n'
  const input = demoInputOf('f.yaml', `${good}---\n${second}---\n${config}`, [
    'cluster1',
    'cluster2',
    'cluster3',
  ])
  expect(
    input.mirrorPeers.map(({ metadata, spec }) => [metadata.name, spec.type, spec.schedulingIntervals]),
  ).toEqual([
    ['another', 'async', ['5m']],
    ['mp', 'async', ['5m']],
  ])
  expect(input.spokes.map(({ name, storageClusters }) => [name, storageClusters.length])).toEqual([
    ['cluster1', 2],
    ['cluster2', 2],
    ['cluster3', 0],
  ])
  expect(input.others).toMatchObject([{ kind: 'ConfigMap' }])
})

test('what looks like a mistake is a warning with its place', () => {
  const { warnings } = demoInputOf(
    'f.yaml',
    mirrorPeer(item('cluster1') + item('cluster2'), '  manageS4: true\n'),
    undefined,
  )
  expect(warnings).toEqual([expect.stringMatching(/^f\.yaml:11:\d+: spec\.manageS4: /)])
})

test('a file that cannot be read is named', () => {
  expect(() => readDemoInput({ file: '/no/such.yaml', provider: 'memory' })).toThrow(
    /^\/no\/such\.yaml: cannot be read \(ENOENT\)/,
  )
})
