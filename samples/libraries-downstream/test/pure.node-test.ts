import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compare, type Case } from '../src/cases.ts'
import { preview } from '../src/preview.ts'

const { cases } = JSON.parse(readFileSync(new URL('../vectors.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[]
}
const item = (clusterName: string) => ({
  clusterName,
  storageClusterRef: { name: 'ocs-storagecluster', namespace: 'openshift-storage' },
})
const mirrorPeer = (...items: readonly object[]) =>
  JSON.stringify({
    apiVersion: 'multicluster.odf.openshift.io/v1alpha1',
    kind: 'MirrorPeer',
    metadata: { name: 'sample' },
    spec: { items },
  })

test('names, secrets and judgements are those of the contract', () => {
  const { computed, differences } = compare(cases)
  assert.deepEqual(differences, [])
  assert.ok(computed >= 50, `${computed} cases`)
})

test('a MirrorPeer is previewed with the names that it will make', () => {
  const made = preview(mirrorPeer(item('cluster1'), item('cluster2')))
  assert.ok(made.ok)
  assert.ok(made.names.includes('271080886d225db56027eda82b520e9b2c019e1'))
  assert.ok(made.names.includes('rbd-volumereplicationclass-1625360775'))
})

test('one that is refused is told why, with the path', () => {
  assert.deepEqual(preview(mirrorPeer(item('cluster1'))), {
    ok: false,
    problems: ['spec.items: there is 1 item: a MirrorPeer connects exactly 2 StorageClusters'],
  })
})
