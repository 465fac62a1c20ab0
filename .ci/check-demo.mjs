// Asserts what `npm run demo -- --json` printed: the contract's names, not what the demo thinks of itself.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const [file, ...options] = process.argv.slice(2)
const document = JSON.parse(readFileSync(file, 'utf8'))
const { ok, provider, mirrorPeers, steps, objects, requests, writesWhenQuiet, memoryMiB, ms, failures } =
  document

assert.deepEqual(failures, [])
assert.equal(ok, true)
const wanted = options.includes('--provider') ? options[options.indexOf('--provider') + 1] : 'memory'
assert.equal(provider, wanted)
assert.deepEqual(
  mirrorPeers.map(({ name, phase, ready }) => ({ name, phase, ready })),
  [{ name: 'mirrorpeer-sample', phase: 'ExchangedSecret', ready: true }],
)
assert.ok(steps.length > 20 && steps.every((step) => typeof step.ms === 'number'), 'every step has its time')

const blue = {
  cluster1: '271080886d225db56027eda82b520e9b2c019e1',
  cluster2: '4446d6504fadb8362e6814327c7a1172b9735c0',
}
const s3 = {
  cluster1: 'a6bd33b0ff333553dce289cbbbb56976a789b8f',
  cluster2: '825ed4d67a69abcf4162519266f4579ea10019d',
}
for (const [cluster, peer] of [
  ['cluster1', 'cluster2'],
  ['cluster2', 'cluster1'],
]) {
  has('hub', `secrets ${cluster}/${blue[cluster]}`)
  has('hub', `secrets ${cluster}/${blue[peer]}`)
  has('hub', `secrets ${cluster}/${s3[cluster]}`)
  has('hub', `secrets openshift-operators/${s3[cluster]}`)
  has('hub', `drclusters ${cluster}`)
  has(cluster, `secrets openshift-storage/${blue[peer]}`)
  has(cluster, 'volumereplicationclasses rbd-volumereplicationclass-1625360775')
  has(cluster, 'objectbucketclaims openshift-storage/odrbucket-b1b922184baf')
  has(cluster, 'deployments openshift-storage/token-exchange-agent')
  shows(cluster, 'storageclusters openshift-storage/ocs-storagecluster', 'mirroring.enabled: true')
  shows(cluster, 'storageclusters openshift-storage/ocs-storagecluster', `peerSecretNames has ${blue[peer]}`)
  shows(
    'hub',
    'configmaps openshift-operators/ramen-hub-operator-config',
    `s3profile-${cluster}-ocs-storagecluster`,
  )
}
for (const component of ['hub-controller', 'token-exchange-agent']) {
  // Clusters of others do not tell who asked for what.
  if (wanted !== 'existing')
    assert.ok(Object.keys(requests[component] ?? {}).length > 0, `requests of ${component}`)
  assert.ok(memoryMiB[component] > 20, `memory of ${component}`)
}
const programs = wanted === 'control-plane' ? ['etcd', 'kube-apiserver', 'kube-controller-manager'] : []
for (const program of programs) assert.ok(memoryMiB[program] > 20, `memory of ${program}`)
assert.ok(ms > 0 && ms < 60_000, `${ms} ms`)
assert.equal(writesWhenQuiet, options.includes('--quiet') ? 0 : null)

function has(cluster, object) {
  assert.ok(objects[cluster]?.includes(object), `${object} is missing on ${cluster}`)
}

function shows(cluster, object, what) {
  const found = document.shows.filter((one) => one.cluster === cluster && one.object === object)
  assert.ok(
    found.some((one) => one.shows === what),
    `${object} on ${cluster} does not show ${what}`,
  )
}
