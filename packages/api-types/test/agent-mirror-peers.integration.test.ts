import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ObjectSource } from '@odfmo/testkit'
import { kinds } from '../src/kinds.ts'
import type { MirrorPeer } from '../src/kinds/mirror-peer.ts'
import type { KubeObject } from '../src/meta.ts'
import { mirrorPeerCrd } from '../src/mirror-peer/mirror-peer-crd.ts'
import {
  agentUsers,
  installAgentPolicies,
  startApiServer,
  type Answer,
  type ApiServer,
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
  server = await startApiServer([mirrorPeerCrd as unknown as ObjectSource])
  await installAgentPolicies(server, await stored())
})
afterAll(() => server.end())

describe.each(Object.entries(agentUsers))('an agent known by its %s', (_how, userOf) => {
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
