import { clusterRoleBinding, type UserIdentity } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kinds } from '../src/kinds.ts'
import type { MirrorPeer } from '../src/kinds/mirror-peer.ts'
import type { KubeObject } from '../src/meta.ts'
import { originalSpokeFinalizer, spokeFinalizer } from '../src/spoke-finalizer.ts'
import { clustersOfAgent } from '../src/mirror-peer/agent-rule.ts'
import { mirrorPeerCrd } from '../src/mirror-peer/mirror-peer-crd.ts'
import {
  agentGroup,
  agentRequesters,
  agentUsers,
  installAgentPolicies,
  startApiServer,
  type Answer,
  type ApiServer,
  type Client,
} from './api-server.ts'
import { mirrorPeer, ref } from './mirror-peers.ts'

let server: ApiServer
let count = 0

const hub = 'hub.multicluster.odf.openshift.io'
const of = (cluster: string): string => `${cluster}.spoke.multicluster.odf.openshift.io`

/** Stores one of its own for each test, as an administrator. */
const stored = async (
  spec: Readonly<Record<string, unknown>> = {},
  metadata: MirrorPeer['metadata'] = {},
): Promise<MirrorPeer> => {
  count += 1
  const { status, body } = await server.admin.create(
    kinds.MirrorPeer,
    mirrorPeer(spec, { ...metadata, name: `mp-${count}` }),
  )
  expect([status, body.message]).toEqual([201, undefined])
  return body as MirrorPeer
}
const withFinalizers = (object: MirrorPeer, finalizers: readonly string[]): MirrorPeer => ({
  ...object,
  metadata: { ...object.metadata, finalizers },
})
const refusal = ({ status, body }: Answer): string => (status === 200 ? '' : `${status} ${body.message}`)

beforeAll(async () => {
  server = await startApiServer([mirrorPeerCrd])
  await installAgentPolicies(server, await stored())
})
afterAll(() => server.end())

describe.each(Object.entries(agentRequesters))('an agent known by its %s', (_how, userOf) => {
  it('puts and takes its own finalizer: by a patch, as ours does', async () => {
    const { metadata } = await stored({}, { finalizers: [hub, of('c2')] })
    const agent = server.as(userOf('c1'))
    for (const finalizers of [
      [hub, of('c2'), of('c1')],
      [of('c1'), of('c2'), hub],
      [hub, of('c2')],
    ]) {
      const answer = await agent.patch(kinds.MirrorPeer, metadata.name ?? '', { metadata: { finalizers } })
      expect(refusal(answer)).toBe('')
      expect(answer.body.metadata.finalizers).toEqual(finalizers)
    }
  })

  it('puts the whole typed object, without what Go leaves out because it is empty: as the original does', async () => {
    const object = await stored({ schedulingIntervals: [], manageS3: false, type: 'sync' })
    const { schedulingIntervals: _empty, manageS3: _false, ...spec } = object.spec
    const { labels: _none, managedFields: _theirs, ...metadata } = object.metadata
    const agent = server.as(userOf('c2'))
    const put = { metadata: { ...metadata, finalizers: [of('c2')] }, spec, status: { phase: 'Deleting' } }
    const answer = await agent.put(kinds.MirrorPeer, put)
    expect(refusal(answer)).toBe('')
    expect(answer.body).toMatchObject({
      metadata: { finalizers: [of('c2')] },
      spec: { schedulingIntervals: ['5m'] },
    })
  })

  it.each<readonly [string, (object: MirrorPeer) => unknown, string]>([
    ['manageS3', ({ spec }) => ({ spec: { ...spec, manageS3: true } }), 'spec'],
    ['the intervals', ({ spec }) => ({ spec: { ...spec, schedulingIntervals: ['1h'] } }), 'spec'],
    ['the order of the items', ({ spec }) => ({ spec: { ...spec, items: spec.items.toReversed() } }), 'spec'],
    ['labels', ({ metadata }) => ({ metadata: { ...metadata, labels: { a: 'b' } } }), 'metadata.labels'],
    [
      'a label’s value',
      ({ metadata }) => ({ metadata: { ...metadata, labels: { kept: 'no' } } }),
      'metadata.labels',
    ],
    [
      'annotations',
      ({ metadata }) => ({ metadata: { ...metadata, annotations: { a: 'b' } } }),
      'metadata.annotations',
    ],
    [
      'owners',
      ({ metadata }) => ({
        metadata: {
          ...metadata,
          ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', name: 'c1', uid: 'u' }],
        },
      }),
      'metadata.ownerReferences',
    ],
    ['the hub’s finalizer, which it takes', (o) => withFinalizers(o, [of('c2')]), 'metadata.finalizers'],
    ['another agent’s, which it takes', (o) => withFinalizers(o, [hub]), 'metadata.finalizers'],
    [
      'another agent’s, which it replaces by its own',
      (o) => withFinalizers(o, [hub, of('c1')]),
      'metadata.finalizers',
    ],
    [
      'another agent’s, which it puts',
      (o) => withFinalizers(o, [hub, of('c2'), of('c3')]),
      'metadata.finalizers',
    ],
    ['the hub’s, which it puts twice', (o) => withFinalizers(o, [hub, hub, of('c2')]), 'metadata.finalizers'],
    ['the hub’s, twice for another’s', (o) => withFinalizers(o, [hub, hub]), 'metadata.finalizers'],
    [
      'one that begins with its own',
      (o) => withFinalizers(o, [hub, of('c2'), of('c1.x')]),
      'metadata.finalizers',
    ],
    [
      'one that ends with its own',
      (o) => withFinalizers(o, [hub, of('c2'), of('x-c1')]),
      'metadata.finalizers',
    ],
  ])('may not change %s', async (_what, change, field) => {
    const before = await stored({}, { finalizers: [hub, of('c2')], labels: { kept: 'yes' } })
    const put = { ...before, ...(change(before) as object) } as KubeObject
    const refused = await server.as(userOf('c1')).put(kinds.MirrorPeer, put)
    expect(refused.status).toBe(403)
    expect(refused.body.message).toContain('ValidatingAdmissionPolicy')
    expect(refused.body.message).toContain(
      `denied request: ${field}: the agent of c1 may change nothing of a MirrorPeer but its own finalizer`,
    )
    expect(refusal(await server.admin.put(kinds.MirrorPeer, put))).toBe('')
  })

  it('may do so among very many of others, at a price that a server allows', async () => {
    const names = (count: number): readonly string[] =>
      Array.from({ length: count }, (_, i) => `example.com/finalizer-${i}`)
    const thousand = names(1_000)
    const object = await stored({}, { finalizers: thousand })
    const put = withFinalizers(object, [...thousand, of('c1')])
    expect(refusal(await server.as(userOf('c1')).put(kinds.MirrorPeer, put))).toBe('')
    const hundred = names(100)
    const turned = withFinalizers(await stored({}, { finalizers: hundred }), [
      ...hundred.toReversed(),
      of('c1'),
    ])
    expect(refusal(await server.as(userOf('c1')).put(kinds.MirrorPeer, turned))).toBe('')
  })

  it('puts its finalizer only where its cluster is named, and takes a left-over one anywhere', async () => {
    const agent = server.as(userOf('c3'))
    const object = await stored({}, { finalizers: [hub] })
    const refused = await agent.put(kinds.MirrorPeer, withFinalizers(object, [hub, of('c3')]))
    expect(refused.status).toBe(403)
    expect(refused.body.message).toContain(
      'metadata.finalizers: this MirrorPeer does not name the cluster c3',
    )
    const leftOver = await stored({}, { finalizers: [hub, of('c3')] })
    expect(refusal(await agent.put(kinds.MirrorPeer, withFinalizers(leftOver, [hub])))).toBe('')
  })
})

describe('an agent of a cluster whose name is too long for a finalizer', () => {
  const west1 = 'production-cluster-europe-west-0001'
  const west2 = 'production-cluster-europe-west-0002'
  const short = 'production'
  const alike = `${west1.slice(0, 18)}-0123abcd`

  /** What its agent is told when it changes finalizers from the first to the second list. */
  const changing = async (
    [cluster, other]: readonly [string, string],
    before: readonly string[],
    after: readonly string[],
    by = cluster,
  ): Promise<string> => {
    const object = await stored({ items: [ref(cluster), ref(other)] }, { finalizers: before })
    const { status, body } = await server
      .as(agentUsers.certificate(by))
      .put(kinds.MirrorPeer, withFinalizers(object, after))
    if (status === 200) return 'accepted'
    expect(body.message).toContain('denied request: metadata.finalizers: ')
    return `${status}`
  }

  it('puts and takes the shortened one, and the one that an agent of the original has', async () => {
    for (const own of [spokeFinalizer(west1), originalSpokeFinalizer(west1)]) {
      expect(await changing([west1, 'c2'], [hub], [hub, own])).toBe('accepted')
      expect(await changing([west1, 'c2'], [hub, own], [hub])).toBe('accepted')
    }
    const [own, original] = [spokeFinalizer(west1), originalSpokeFinalizer(west1)]
    expect(await changing([west1, 'c2'], [hub, original], [hub, own])).toBe('accepted')
  })

  it.each([
    ['cut elsewhere', `${west1.slice(0, 17)}-0123abcd`],
    ['of another beginning', `x${west1.slice(1, 18)}-0123abcd`],
    ['with a hash of other letters', `${west1.slice(0, 18)}-0123abcx`],
    ['with a hash of capitals', `${west1.slice(0, 18)}-0123ABCD`],
    ['with a shorter hash', `${west1.slice(0, 18)}-0123abc`],
    ['with no hash', west1.slice(0, 27)],
    ['of fewer letters than the original’s', west1.slice(0, 9)],
    ['of more', west1.slice(0, 11)],
  ])('may not touch one that is %s', async (_what, name) => {
    expect(await changing([west1, 'c2'], [hub], [hub, of(name)])).toBe('403')
    expect(await changing([west1, 'c2'], [hub, of(name)], [hub])).toBe('403')
  })

  it('may not take what is the whole finalizer of the other cluster', async () => {
    for (const other of [short, alike]) {
      expect(await changing([west1, other], [hub, of(other)], [hub])).toBe('403')
      expect(await changing([west1, other], [hub], [hub, of(other)])).toBe('403')
      expect(await changing([west1, other], [hub, of(other)], [hub, of(other), spokeFinalizer(west1)])).toBe(
        'accepted',
      )
    }
  })

  it('cannot be told from one whose name begins alike, where both are named: the webhook can', async () => {
    expect(await changing([west1, west2], [hub, spokeFinalizer(west2)], [hub])).toBe('accepted')
    // It cannot be told from a hash of its own either.
    expect(await changing([west1, 'c2'], [hub, of(alike)], [hub])).toBe('accepted')
  })

  it('may not take that of one whose name begins alike, where it is not named itself', async () => {
    expect(await changing([west1, 'c2'], [hub, spokeFinalizer(west1)], [hub], west2)).toBe('403')
    expect(await changing([west1, 'c2'], [hub, originalSpokeFinalizer(west1)], [hub], west2)).toBe('403')
    expect(await changing(['c1', 'c2'], [hub, spokeFinalizer(west2)], [hub], west2)).toBe('accepted')
    expect(await changing(['c1', 'c2'], [hub, originalSpokeFinalizer(west2)], [hub], west2)).toBe('accepted')
    expect(await changing(['c1', 'c2'], [hub], [hub, spokeFinalizer(west2)], west2)).toBe('403')
  })
})

it('nobody is the agent of two clusters, by a user of one and the group of another: not even what changes nothing passes', async () => {
  const { metadata } = await stored({}, { finalizers: [hub] })
  const both = server.as({ user: agentUsers.certificate('c1'), groups: [agentGroup('c2'), agentGroup('c1')] })
  const { status, body } = await both.patch(kinds.MirrorPeer, metadata.name ?? '', {
    metadata: { finalizers: [hub, of('c1')] },
  })
  expect([status, body.message]).toEqual([
    403,
    // Each once, though the usual agent is one by its name and by its group.
    expect.stringMatching(/metadata: nobody is the agent of several clusters: c1, c2$/),
  ])
})

describe('somebody else', () => {
  const change = { metadata: { labels: { changed: 'yes' } }, spec: { manageS3: true } }

  it.each<readonly [string, string | UserIdentity]>([
    ['an administrator', 'admin'],
    ['the hub', 'system:serviceaccount:openshift-operators:odfmo-hub-controller'],
    ['the klusterlet', 'system:open-cluster-management:c1:klusterlet'],
    ['the agent of another add-on', 'system:open-cluster-management:cluster:c1:addon:search:agent:search'],
    [
      'another agent of this add-on',
      'system:open-cluster-management:cluster:c1:addon:tokenexchange:agent:other',
    ],
    ['a user that ends as an agent', `x${agentUsers.certificate('c1')}`],
    ['a user that begins as an agent', `${agentUsers.certificate('c1')}x`],
    ['a user that goes on on the next line', `${agentUsers.certificate('c1')}\nx`],
    ['a user with a line before', `x\n${agentUsers.certificate('c1')}`],
    ['a user with an empty line at the end', `${agentUsers.certificate('c1')}\n`],
    ['an agent of no cluster', agentUsers.certificate('')],
    ['an agent of a cluster with a colon', agentUsers.certificate('c1:c2')],
    ['a service account of a namespace with a colon', agentUsers.token('c1:c2')],
    ['a service account that begins alike', `${agentUsers.token('c1')}-2`],
    ['a service account that ends alike', 'system:serviceaccount:c1:x-tokenexchange-agent'],
    [
      'the group of the agents of all clusters',
      { user: 'x', groups: ['system:open-cluster-management:addon:tokenexchange'] },
    ],
    ['a group that begins as that of an agent', { user: 'x', groups: [`${agentGroup('c1')}x`] }],
    ['a group that goes on on the next line', { user: 'x', groups: [`${agentGroup('c1')}\n`] }],
    ['the group of the agent of a cluster with a colon', { user: 'x', groups: [agentGroup('c1:c2')] }],
    ['a user called like the group', agentGroup('c1')],
    ['a group called like the user', { user: 'x', groups: [agentUsers.certificate('c1')] }],
    ['the agent’s account on its own cluster', 'system:serviceaccount:c1:token-exchange-agent-sa'],
  ])('is not looked at: %s', async (_who, user) => {
    const { user: username, groups = [] } = typeof user === 'string' ? { user } : user
    expect(clustersOfAgent({ username, groups })).toEqual([])
    const { metadata } = await stored()
    const answer = await server.as(user).patch(kinds.MirrorPeer, metadata.name ?? '', change)
    expect(refusal(answer)).toBe('')
  })

  it.each([
    ['a cluster on two lines', agentUsers.certificate('c1\nc2'), 'c1\nc2'],
    ['a cluster with dots and slashes', agentUsers.certificate('../c1'), '../c1'],
    [
      'a service account’s namespace that reads as a user',
      agentUsers.token('open-cluster-management'),
      'open-cluster-management',
    ],
  ])('is an agent and looked at, but of no cluster that is named: %s', async (_who, user, cluster) => {
    expect(clustersOfAgent({ username: user })).toEqual([cluster])
    const { metadata } = await stored({}, { finalizers: [hub, of('c1')] })
    const agent = server.as(user)
    for (const patch of [change, { metadata: { finalizers: [hub] } }]) {
      const { status, body } = await agent.patch(kinds.MirrorPeer, metadata.name ?? '', patch)
      expect([status, body.message]).toEqual([403, expect.stringContaining('ValidatingAdmissionPolicy')])
    }
  })
})

describe('a service account by its token', () => {
  const account = async (namespace: string): Promise<Client> => {
    await server.cluster.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'tokenexchange-agent' } },
      clusterRoleBinding({
        metadata: { name: `all-${namespace}` },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', namespace, name: 'tokenexchange-agent' }],
      }),
    )
    const token = await server.cluster.serviceAccountToken({ namespace, name: 'tokenexchange-agent' })
    return server.withToken(token)
  }

  it('is the agent of the cluster that its namespace is called after, and of no other', async () => {
    const { metadata } = await stored({}, { finalizers: [hub, of('c2')] })
    const c1 = await account('c1')
    const name = metadata.name ?? ''
    const put = { metadata: { finalizers: [hub, of('c2'), of('c1')] } }
    expect(refusal(await c1.patch(kinds.MirrorPeer, name, put))).toBe('')
    const c3 = await account('c3')
    for (const finalizers of [
      [hub, of('c2')],
      [hub, of('c1')],
      [hub, of('c2'), of('c1'), of('c3')],
    ]) {
      const { status } = await c3.patch(kinds.MirrorPeer, name, { metadata: { finalizers } })
      expect(status).toBe(403)
    }
  })
})
