import type { UserIdentity } from '@odfmo/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { kinds } from '../src/kinds.ts'
import type { JsonSchemaProps } from '../src/kinds/apiextensions.ts'
import type { MirrorPeer } from '../src/kinds/mirror-peer.ts'
import { mirrorPeerCrd } from '../src/mirror-peer/mirror-peer-crd.ts'
import { validateMirrorPeerUpdate } from '../src/mirror-peer/validate-mirror-peer-update.ts'
import { originalSpokeFinalizer, spokeFinalizer } from '../src/spoke-finalizer.ts'
import {
  agentGroup,
  agentRequesters,
  installAgentPolicies,
  startApiServer,
  type ApiServer,
} from './api-server.ts'
import { mirrorPeer, ref } from './mirror-peers.ts'

/*
 * The agent rule is written twice, for the library and in CEL for the API server. Here both judge the same updates; the
 * definition is without its own rules, so that specs of all kinds get as far as the policy.
 */

const judging = new Set([
  ...['required', 'enum', 'pattern', 'minLength', 'minItems', 'maxItems'],
  'x-kubernetes-validations',
])
/** The schema with its types and defaults, and nothing that judges. */
const lenient = (schema: JsonSchemaProps): JsonSchemaProps => {
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !judging.has(keyword)))
  const { properties, items } = schema
  return {
    ...kept,
    ...(items === undefined ? {} : { items: lenient(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, name === 'status' ? one : lenient(one)]),
          ),
        }),
  }
}
const crd = {
  ...mirrorPeerCrd,
  spec: {
    ...mirrorPeerCrd.spec,
    versions: mirrorPeerCrd.spec.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: lenient(version.schema?.openAPIV3Schema ?? {}) },
    })),
  },
}

const west1 = 'production-cluster-europe-west-0001'
const west2 = 'production-cluster-europe-west-0002'
/** The last ones are what an agent of the first two has, or could have, in its short form. */
const clusters = [
  'c1',
  'c2',
  'c1.x',
  west1,
  west2,
  'development-cluster-of-the-year',
  'production',
  'developmen',
]
const finalizers = [
  'hub.multicluster.odf.openshift.io',
  'example.com/other',
  'spoke.multicluster.odf.openshift.io/x',
  ...clusters.flatMap((cluster) => [spokeFinalizer(cluster), originalSpokeFinalizer(cluster)]),
]

const cluster = fc.constantFrom(...clusters)
const spec = fc.record(
  {
    items: fc.array(
      fc.oneof(
        { weight: 12, arbitrary: cluster.map((name) => ref(name)) },
        { weight: 1, arbitrary: fc.constant({}) },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    type: fc.constantFrom('async', 'sync', 'async'),
    schedulingIntervals: fc.constantFrom([], ['5m'], ['5m'], ['1h', '5m']),
    manageS3: fc.boolean(),
    unknown: fc.constant(1),
  },
  { requiredKeys: ['items'] },
)
const map = fc.constantFrom<Readonly<Record<string, string>>>({}, { a: 'b' }, { a: 'c' })
const owners = fc.constantFrom([], [{ apiVersion: 'v1', kind: 'Namespace', name: 'n', uid: 'u' }])
const metadata = fc.record(
  {
    finalizers: fc.array(fc.constantFrom(...finalizers), { maxLength: 5 }),
    labels: map,
    annotations: map,
    ownerReferences: owners,
  },
  { requiredKeys: ['finalizers'] },
)

type Fields = Readonly<Record<string, unknown>>
/** Mostly what an agent does; now and then a field is another, or is left out. */
const changes = fc.record({
  finalizers: fc.constantFrom('add own', 'take own', 'add original', 'turn', 'keep', 'keep', 'others'),
  metadata: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record({ labels: map, annotations: map, ownerReferences: owners }, { requiredKeys: [] }),
    },
  ),
  spec: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc
        .subarray(['type', 'manageS3', 'schedulingIntervals'])
        .chain((fields) =>
          spec.map((one) => Object.fromEntries(fields.map((field) => [field, (one as Fields)[field]]))),
        ),
    },
    { weight: 1, arbitrary: spec },
  ),
})
type Change = typeof changes extends fc.Arbitrary<infer T> ? T : never

/** A MirrorPeer, whose agent changes it, and how. */
const cases = fc.record({
  metadata,
  spec,
  change: changes,
  name: cluster,
  userOf: fc.constantFrom(...Object.values(agentRequesters)),
  /** Now and then the agent of another cluster too. */
  another: fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: cluster }),
  isNamed: fc.boolean(),
})

const changed = (before: readonly string[], how: string, name: string): readonly string[] => {
  const own = [spokeFinalizer(name), originalSpokeFinalizer(name)]
  switch (how) {
    case 'add own':
      return [...before, spokeFinalizer(name)]
    case 'add original':
      return [originalSpokeFinalizer(name), ...before]
    case 'take own':
      return before.filter((one) => !own.includes(one))
    case 'turn':
      return before.toReversed()
    case 'others':
      return [...before.slice(1), 'example.com/other']
    default:
      return before
  }
}

const update = (stored: MirrorPeer, change: Change, name: string): MirrorPeer => ({
  ...stored,
  metadata: {
    ...stored.metadata,
    ...change.metadata,
    finalizers: changed(stored.metadata.finalizers ?? [], change.finalizers, name),
  },
  spec: { ...stored.spec, ...(change.spec as Fields) },
})

const times = (all: readonly string[] = [], one: string): number =>
  all.filter((other) => other === one).length

/** What CEL cannot tell, having no hashes: docs/reference/validation.md. */
const isGap = (before: MirrorPeer, after: MirrorPeer, name: string): boolean => {
  const own = spokeFinalizer(name)
  if (own === `${name}.spoke.multicluster.odf.openshift.io`) return false
  const alike = new RegExp(`^${name.slice(0, 18)}-[0-9a-f]{8}[.]spoke[.]`)
  const named = before.spec.items.map(({ clusterName }) => clusterName)
  const isChanged = (one: string): boolean =>
    times(before.metadata.finalizers, one) !== times(after.metadata.finalizers, one)
  const touched = finalizers.filter((one) => alike.test(one) && isChanged(one))
  const isAnothers = named.some((other) => other !== name && alike.test(spokeFinalizer(other ?? '')))
  return touched.some((one) => one !== own || (isAnothers && !named.includes(name)))
}

let server: ApiServer
let count = 0

const create = async (fields: { readonly metadata: object; readonly spec: object }): Promise<MirrorPeer> => {
  count += 1
  const object = mirrorPeer({}, { ...fields.metadata, name: `mp-${count}` })
  const { status, body } = await server.admin.create(kinds.MirrorPeer, { ...object, spec: fields.spec })
  expect([status, body.message]).toEqual([201, undefined])
  return body as MirrorPeer
}

beforeAll(async () => {
  // No garbage collector: owners are names only.
  server = await startApiServer([crd], { controllers: false })
  await installAgentPolicies(server, await create({ metadata: {}, spec: { items: [] } }))
})
afterAll(() => server.end())

it('the policy refuses an agent’s update exactly when the library does, but for hashes', async () => {
  const seen = { accepted: 0, refused: 0, gaps: 0 }
  const clients = new Map<string, ReturnType<ApiServer['as']>>()
  const clientOf = (who: UserIdentity): ReturnType<ApiServer['as']> => {
    const name = JSON.stringify(who)
    const client = clients.get(name) ?? server.as(who)
    clients.set(name, client)
    return client
  }
  await fc.assert(
    fc.asyncProperty(
      cases,
      async ({ metadata: given, spec: one, change, name, userOf, another, isNamed }) => {
        const items = isNamed ? [ref(name), ...one.items.slice(1)] : one.items
        const before = await create({ metadata: given, spec: { ...one, items } })
        const after = update(before, change, name)
        const { user, groups: own = [] } = userOf(name)
        const groups = another === undefined ? own : [...own, agentGroup(another)]
        const { problems } = validateMirrorPeerUpdate(before, after, { username: user, groups })
        const agents = problems.filter(({ code }) => code === 'NotTheAgents')
        if (isGap(before, after, name)) {
          seen.gaps += 1
          return
        }
        const { status, body } = await clientOf({ user, groups }).put(kinds.MirrorPeer, after, '?dryRun=All')
        seen[status === 200 ? 'accepted' : 'refused'] += 1
        expect(status === 200, `${JSON.stringify(agents)} ${body.message}`).toBe(agents.length === 0)
        if (status === 200) return
        expect([status, body.message]).toEqual([403, expect.stringContaining('ValidatingAdmissionPolicy')])
        // The first field that the policy names is one that the library names too.
        const [, field] = /denied request: ([\w.]+):/.exec(body.message ?? '') ?? []
        expect(agents.map(({ path }) => path)).toContain(field)
      },
    ),
    { numRuns: 400 },
  )
  // A generator that never reaches one side proves nothing.
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50)
  expect(seen.gaps).toBeLessThan(100)
})
