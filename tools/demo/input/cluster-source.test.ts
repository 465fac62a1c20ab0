import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clusterSourceOf } from './cluster-source.ts'
import { readDemoInput } from './read-demo-input.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-demo-test-'))
const kubeconfig = path.join(folder, 'config')
const notes = path.join(folder, 'notes')

beforeAll(() => {
  const cluster = (name: string): string =>
    `  - { name: ${name}, cluster: { server: https://${name}:6443 } }\n`
  const context = (name: string, of: string): string => `  - { name: ${name}, context: { cluster: ${of} } }\n`
  writeFileSync(
    kubeconfig,
    `clusters:\n${['a', 'b', 'c'].map(cluster).join('')}contexts:\n${context('ctx-a', 'a')}${context('ctx-b', 'b')}${context('ctx-c', 'c')}${context('again-b', 'b')}`,
  )
  writeFileSync(notes, 'token: very-secret: x\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const good = 'hub=ctx-a,cluster1=ctx-b,cluster2=ctx-c'

test('existing clusters are the contexts of the file', () => {
  expect(clusterSourceOf({ provider: 'existing', kubeconfig, context: good })).toEqual({
    provider: 'existing',
    kubeconfig,
    contexts: { hub: 'ctx-a', cluster1: 'ctx-b', cluster2: 'ctx-c' },
  })
})

test('the spokes are the clusters of --context, and mirror each other', () => {
  const input = readDemoInput({
    provider: 'existing',
    kubeconfig,
    context: 'hub=ctx-a,east=ctx-b,west=ctx-c',
  })
  expect(input.spokes.map(({ name }) => name)).toEqual(['east', 'west'])
  expect(input.mirrorPeers.flatMap(({ spec }) => spec.items.map(({ clusterName }) => clusterName))).toEqual([
    'east',
    'west',
  ])
})

test.each([
  [
    'nothing else',
    {},
    /^--kubeconfig: .*\n    Add --kubeconfig FILE\.\n--context: .*\n    Add --context hub=/,
  ],
  ['no --context', { kubeconfig }, /^--context: .*\n    Add --context hub=/],
  ['no --kubeconfig', { context: good }, /^--kubeconfig: .*\n    Add --kubeconfig FILE/],
  [
    'a file that is not there',
    { kubeconfig: '/no/such', context: good },
    /^\/no\/such: cannot be read \(ENOENT\)\n    Give --kubeconfig/,
  ],
  [
    'a context that is not there',
    { kubeconfig, context: 'hub=ctx-a,cluster1=nope,cluster2=ctx-c' },
    /cluster1: there is no context "nope"; there are: ctx-a, ctx-b, ctx-c, again-b\n    Use one of those/,
  ],
  [
    'two clusters in one',
    { kubeconfig, context: 'hub=ctx-a,cluster1=ctx-b,cluster2=again-b' },
    /^--context: cluster1 and cluster2 are the same cluster, https:\/\/b:6443\n    Give the hub and each spoke/,
  ],
  ['one spoke', { kubeconfig, context: 'hub=ctx-a,cluster1=ctx-b' }, /^--context: a MirrorPeer needs two/],
  [
    'no hub',
    { kubeconfig, context: 'x=ctx-a,cluster1=ctx-b,cluster2=ctx-c' },
    /^--context: no context is the hub\n    Add hub=CONTEXT/,
  ],
  ['no pairs', { kubeconfig, context: 'ctx-a,ctx-b' }, /^--context: "ctx-a" is no CLUSTER=CONTEXT\n/],
  ['a cluster twice', { kubeconfig, context: `${good},hub=ctx-a` }, /^--context: hub is there twice\n/],
  [
    'a name that no cluster can have',
    { kubeconfig, context: 'hub=ctx-a,../x=ctx-b,cluster2=ctx-c' },
    /^--context: no cluster can be called "\.\.\/x"\n/,
  ],
  ['--clusters', { kubeconfig, context: good, clusters: 2 }, /^--clusters: .*\n    Leave it out/],
] as const)('--provider existing with %s is refused with what to do', (_, options, message) => {
  expect(() => clusterSourceOf({ provider: 'existing', ...options })).toThrow(message)
})

test('what a file is no kubeconfig for is not quoted: it may be a secret', () => {
  const wrong = { provider: 'existing', kubeconfig: notes, context: good } as const
  expect(() => clusterSourceOf(wrong)).toThrow(/notes: is no kubeconfig\n/)
  expect(() => clusterSourceOf(wrong)).not.toThrow(/very-secret/)
})

test.each(['memory', 'control-plane'] as const)(
  'clusters of %s have no use for --kubeconfig and --context',
  (provider) => {
    expect(clusterSourceOf({ provider })).toEqual({ provider })
    expect(() => clusterSourceOf({ provider, kubeconfig, context: good })).toThrow(
      /^--kubeconfig: clusters of .* have no use for it\n    Leave it out.*\n--context: /,
    )
  },
)

test('a file whose ManagedClusters have no context is refused', () => {
  const file = path.join(folder, 'input.yaml')
  writeFileSync(
    file,
    `apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata: { name: east }
---
apiVersion: multicluster.odf.openshift.io/v1alpha1
kind: MirrorPeer
metadata: { name: mp }
spec:
  items:
    - { clusterName: cluster1, storageClusterRef: { name: ocs, namespace: storage } }
    - { clusterName: cluster2, storageClusterRef: { name: ocs, namespace: storage } }
`,
  )
  expect(() => readDemoInput({ provider: 'existing', kubeconfig, context: good, file })).toThrow(
    /^--context: the ManagedCluster east has no context\n    Add east=CONTEXT/,
  )
})
