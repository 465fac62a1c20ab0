import { afterAll, expect, test } from 'vitest'
import { mirrorPeerCrd, validateMirrorPeer } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { hubCrds, spokeCrds } from '../simulators/crds/crds.ts'
import { startCluster } from '../start-cluster.ts'
import {
  clusterManagementAddOn,
  drCluster,
  drPolicy,
  managedCluster,
  managedClusterAddOn,
  manifestWork,
  mirrorPeer,
  namespace,
  objectBucketClaim,
  peerRef,
  secret,
  storageCluster,
} from './builders.ts'
import { crd } from './crd.ts'
import * as kubernetes from './kubernetes.ts'

test('a MirrorPeer without a word said is a valid one', () => {
  expect(validateMirrorPeer(mirrorPeer()).problems).toEqual([])
})

test('an override reaches any depth and leaves its neighbours alone', () => {
  const built = managedCluster({
    metadata: { labels: { region: 'east' } },
    spec: { hubAcceptsClient: false },
  })
  expect(built.metadata).toEqual({ name: 'cluster1', labels: { region: 'east' } })
  expect(built.spec).toEqual({ hubAcceptsClient: false, leaseDurationSeconds: 60 })
})

test('a list is given whole', () => {
  const items = [peerRef({ clusterName: 'east' }), peerRef({ clusterName: 'west' })]
  expect(mirrorPeer({ spec: { items } }).spec.items.map(({ clusterName }) => clusterName)).toEqual([
    'east',
    'west',
  ])
})

test('undefined takes a default away, in the copy alone', () => {
  expect(mirrorPeer({ spec: { schedulingIntervals: undefined } }).spec).not.toHaveProperty(
    'schedulingIntervals',
  )
  expect(mirrorPeer().spec.schedulingIntervals).toEqual(['5m'])
  expect(storageCluster({ metadata: { namespace: 'other' } }).metadata.name).toBe('ocs-storagecluster')
})

const cluster = await startCluster({ crds: [...hubCrds, ...spokeCrds, mirrorPeerCrd] })
afterAll(() => cluster.stop())

const { container: _, ...ordinary } = kubernetes
const built: readonly KubeObject[] = [
  ...Object.values(ordinary).map((build) => build()),
  ...[clusterManagementAddOn(), drCluster(), drPolicy(), managedCluster(), managedClusterAddOn()],
  ...[manifestWork(), mirrorPeer(), objectBucketClaim(), secret(), storageCluster()],
  crd({ kind: 'Widget' }),
]

test('what is no object of overrides is a TypeError', () => {
  expect(() => kubernetes.configMap('a' as never)).toThrow(
    new TypeError('ConfigMap: expected an object, like { metadata: { name: "a" } }, got "a"'),
  )
  expect(() => kubernetes.container(null as never)).toThrow(/^overrides: expected an object, .* got null$/)
  expect(() => namespace({ metadata: { name: 'a' } } as never)).toThrow('namespace: expected a name, got')
})

test.each<[unknown, string]>([
  [{ kind: 'Widget', status: true }, 'crd: status: expected a schema, like { type: "object" }, got true'],
  [{ kind: 'Widget', specs: {} }, 'columns, got "specs"'],
  [{}, 'crd: kind: expected a name like Widget, got undefined'],
  [{ kind: 'Widget', scope: 'cluster' }, 'crd: scope: expected Cluster or Namespaced, got "cluster"'],
  [{ kind: 'Widget', shortNames: 'w' }, 'crd: shortNames: expected a list of names, got "w"'],
])('crd refuses %j', (options, message) => {
  expect(() => crd(options as never)).toThrow(message)
})

test.each(built.map((object) => [object.kind ?? '', object] as const))(
  'a %s without a word said is taken by a server, and no field of it is lost',
  async (_kind, object) => {
    const { apiVersion = '', kind = '', metadata } = object
    const { name = '', namespace: within } = metadata
    if (within !== undefined) await cluster.apply(namespace(within))
    await cluster.apply(object)
    const key = { name, ...(within === undefined ? {} : { namespace: within }) }
    expect(cluster.get({ apiVersion, kind }, key)).toMatchObject(object)
  },
)

test('a Deployment selects by its name', () => {
  const { spec } = kubernetes.deployment({ metadata: { name: 'web' }, spec: { replicas: 3 } })
  expect(spec?.selector.matchLabels).toEqual({ app: 'web' })
  expect(spec?.template.metadata?.labels).toEqual({ app: 'web' })
  expect(spec?.replicas).toBe(3)
})

test('a kind of its own is served with its schema, names and columns', async () => {
  const size = { type: 'object', properties: { size: { type: 'integer', default: 1 } } } as const
  const columns = [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }]
  const policy = { kind: 'Policy', plural: 'policies', group: 'acme.io', scope: 'Cluster' } as const
  await cluster.installCrds(crd({ ...policy, version: 'v1beta1', shortNames: ['pol'], spec: size, columns }))
  const object = { apiVersion: 'acme.io/v1beta1', kind: 'Policy', metadata: { name: 'p' } }
  await cluster.apply({ ...object, spec: { wrong: true }, status: { seen: true } })
  expect(cluster.get(object, { name: 'p' })).toMatchObject({ spec: { size: 1 }, status: { seen: true } })
  expect(cluster.get(object, { name: 'p' })?.['spec']).toEqual({ size: 1 })
})
