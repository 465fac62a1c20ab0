import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kinds } from '../src/kinds.ts'
import type { MirrorPeer } from '../src/kinds/mirror-peer.ts'
import { mirrorPeerCrd } from '../src/mirror-peer/mirror-peer-crd.ts'
import {
  agentUsers,
  installAgentPolicies,
  startApiServer,
  type Answer,
  type ApiServer,
} from './api-server.ts'
import { mirrorPeer, ref } from './mirror-peers.ts'
import { validationCases } from './vectors.ts'

/*
 * The definition alone, without the webhook, on a server as the environment names it.
 */

/** The definition as before it had a schema: anything is stored. */
const schemaless = {
  ...mirrorPeerCrd,
  spec: {
    ...mirrorPeerCrd.spec,
    versions: mirrorPeerCrd.spec.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
}

let server: ApiServer
let count = 0
const named = (object: object): MirrorPeer => {
  count += 1
  const { metadata, ...rest } = object as MirrorPeer
  return { ...rest, metadata: { ...metadata, name: `mp-${count}` } }
}
/** Field and words of each refusal; empty when it was accepted. */
const refusals = ({ status, body }: Answer): readonly string[] => {
  if (status < 300) return []
  expect([status, body.reason], body.message).toEqual([422, 'Invalid'])
  return (
    (body.details?.causes ?? [])
      // Where keywords refuse, rules are not looked at: that is said of the whole object.
      .filter(({ field }) => field !== '<nil>')
      .map(({ field, message }) => `${field}: ${message}`)
  )
}
const create = async (object: object): Promise<Answer> => server.admin.create(kinds.MirrorPeer, named(object))
const created = async (object: object): Promise<MirrorPeer> => {
  const answer = await create(object)
  expect(refusals(answer)).toEqual([])
  return answer.body as MirrorPeer
}

/** CEL cannot index a list in the path of a field: there it names the list. */
const expectRefusedAt = (answer: Answer, field: string | undefined): void => {
  const found = refusals(answer)
  expect(found).not.toEqual([])
  if (field === undefined) return
  const fields = found.map((one) => one.slice(0, one.indexOf(': ')))
  const lists = [field, field.replace(/\[\d+\].*$/, '')]
  expect(
    fields.filter((one) => lists.includes(one)),
    found.join('\n'),
  ).not.toEqual([])
}

describe('the definition', () => {
  beforeAll(async () => {
    server = await startApiServer([mirrorPeerCrd])
  })
  afterAll(() => server.end())

  it('is accepted with all its rules, and served', async () => {
    const { name } = mirrorPeerCrd.metadata
    const { body } = await server.admin.get(kinds.CustomResourceDefinition, name ?? '')
    const { spec, status } = body as unknown as typeof mirrorPeerCrd
    expect(spec.versions).toMatchObject(mirrorPeerCrd.spec.versions)
    const conditions = (status?.conditions ?? []).map(({ type, status: is }) => `${type} ${is}`)
    expect(conditions).toEqual(['NamesAccepted True', 'Established True'])
  })

  it.each(validationCases('create'))('creation $id: $title', async ({ input, expected }) => {
    const answer = await create(input.object ?? {})
    if (expected.admission === 'reject') return expectRefusedAt(answer, expected.field)
    expect(refusals(answer)).toEqual([])
    expect((answer.body as MirrorPeer).spec).toMatchObject(expected.stored ?? {})
  })

  it.each(validationCases('update').filter(({ id }) => id !== 'V-071'))(
    'update $id: $title',
    async ({ input, expected }) => {
      const { metadata } = await created(input.oldObject ?? {})
      const answer = await server.admin.put(kinds.MirrorPeer, { ...(input.object as MirrorPeer), metadata })
      if (expected.admission === 'reject') return expectRefusedAt(answer, expected.field)
      expect(refusals(answer)).toEqual([])
    },
  )

  const items = [ref('c1'), ref('c2')]
  const half = { clusterName: 'c2', storageClusterRef: { name: 's' } }

  it.each<readonly [string, object, readonly string[]]>([
    ['no spec', { spec: undefined }, ['spec: Required value']],
    ['no items', { spec: {} }, ['spec.items: Required value']],
    [
      'three items',
      { spec: { items: [...items, ref('c3')] } },
      ['spec.items: Too many: 3: must have at most 2 items'],
    ],
    [
      'half an item',
      { spec: { items: [ref('c1'), half] } },
      ['spec.items[1].storageClusterRef.namespace: Required value'],
    ],
    [
      'two equal items',
      { spec: { items: [ref('c1'), ref('c1')] } },
      ['spec.items: Invalid value: both items are the same; name the StorageCluster of another cluster'],
    ],
    [
      'two items on one cluster',
      { spec: { items: [ref('c1'), ref('c1', 'other')] } },
      [
        'spec.items: Invalid value: both items are on one cluster; a MirrorPeer connects StorageClusters of two clusters',
      ],
    ],
    [
      'two items with one hub secret, of different names',
      { spec: { items: [ref('a-b', 'd', 'c'), ref('a', 'd', 'b-c')] } },
      [
        'spec.items: Invalid value: both items have the same hub secret: their cluster, namespace and name are the same when joined by dashes',
      ],
    ],
    [
      'several mistakes',
      { spec: { items: [ref(''), ref('c2', '')], type: 'metro', schedulingIntervals: ['5x'] } },
      [
        'spec.items[0].clusterName',
        'spec.items[1].storageClusterRef.name',
        'spec.schedulingIntervals[0]',
        'spec.type',
      ],
    ],
  ])('tells where and what: %s', async (_what, fields, expected) => {
    const { metadata, apiVersion, kind } = mirrorPeer()
    const found = refusals(await create({ apiVersion, kind, metadata, ...fields }))
    expect(found).toHaveLength(expected.length)
    for (const words of expected) expect(found.join('\n')).toContain(words)
  })

  it.each(['5M', '5m\n', '\n5m', '5m ', '٥m', '', 'm', '1.5h', '5s', '5w', '+5m'])(
    'refuses the interval %j',
    async (interval) => {
      expectRefusedAt(
        await create(mirrorPeer({ schedulingIntervals: ['1h', interval] })),
        'spec.schedulingIntervals[1]',
      )
    },
  )

  it('accepts names and intervals as long as a store takes them, at a price that a server allows', async () => {
    const long = 'x'.repeat(80_000)
    const object = await created(
      mirrorPeer({
        items: [ref(long, long, long), ref(`${long}y`, long, long)],
        schedulingIntervals: Array.from({ length: 2_000 }, () => `${'1'.repeat(50)}d`),
      }),
    )
    const turned = { ...object, spec: { ...object.spec, items: object.spec.items.toReversed() } }
    expect(refusals(await server.admin.put(kinds.MirrorPeer, turned))).toEqual([])
  })

  it.each<
    readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>, readonly string[]]
  >([
    [
      'the type',
      { type: 'async' },
      { type: 'sync' },
      ['spec.type: Invalid value: type cannot be changed; delete the MirrorPeer and create another'],
    ],
    [
      'the type, left out of a sync object',
      { type: 'sync' },
      {},
      ['spec.type: Invalid value: type cannot be changed; delete the MirrorPeer and create another'],
    ],
    [
      'an item',
      {},
      { items: [ref('c1'), ref('c3')] },
      [
        'spec.items: Invalid value: items cannot be changed, only their order; delete the MirrorPeer and create another',
      ],
    ],
    [
      'an item that reads alike when joined',
      { items: [ref('a-b', 'd', 'c'), ref('x')] },
      { items: [ref('a', 'd', 'b-c'), ref('x')] },
      [
        'spec.items: Invalid value: items cannot be changed, only their order; delete the MirrorPeer and create another',
      ],
    ],
    ['their order', {}, { items: items.toReversed() }, []],
    ['manageS3', { manageS3: true }, {}, []],
    ['the intervals', {}, { schedulingIntervals: ['1d', '2h'] }, []],
  ])('of an update tells whether it may change %s', async (_what, before, after, expected) => {
    const { metadata } = await created(mirrorPeer(before))
    const { spec } = mirrorPeer(after)
    const found = refusals(await server.admin.put(kinds.MirrorPeer, { metadata, spec } as MirrorPeer))
    expect(found).toEqual(expected.map((words) => expect.stringContaining(words.split(': ').at(-1) ?? '')))
    expect(found.map((one) => one.split(': ')[0])).toEqual(expected.map((one) => one.split(': ')[0]))
  })

  it('never refuses a status', async () => {
    const { metadata } = await created(mirrorPeer())
    const patch = { status: { phase: 'Whatever', message: 'x'.repeat(10_000) } }
    const answer = await server.admin.patch(kinds.MirrorPeer, `${metadata.name}/status`, patch)
    expect(refusals(answer)).toEqual([])
  })
})

describe('a MirrorPeer that was stored before the definition had rules', () => {
  const one = ref('c1')
  const invalid: readonly (readonly [string, unknown])[] = [
    ['an empty spec', {}],
    ['no item', { items: [] }],
    ['one item', { items: [one] }],
    ['half an item', { items: [one, { clusterName: 'c2' }] }],
    ['three items', { items: [one, ref('c2'), ref('c3')] }],
    ['two equal items', { items: [one, one] }],
    ['two items on one cluster', { items: [one, ref('c1', 'other')] }],
    ['one hub secret', { items: [ref('a-b', 'd', 'c'), ref('a', 'd', 'b-c')] }],
    ['empty names', { items: [ref(''), ref('c2', '', '')] }],
    [
      'another type and bad intervals',
      { items: [one, ref('c2')], type: 'weird', schedulingIntervals: ['5x', ''] },
    ],
    ['unknown fields', { items: [one, ref('c2')], other: { a: 1 } }],
  ]
  const hub = 'hub.multicluster.odf.openshift.io'
  const own = 'c1.spoke.multicluster.odf.openshift.io'

  beforeAll(async () => {
    server = await startApiServer([schemaless])
  })
  afterAll(() => server.end())

  it('loses its finalizers all the same, by its agents too, and goes', async () => {
    const objects: MirrorPeer[] = []
    for (const [what, spec] of invalid) {
      const object = { ...mirrorPeer({}, { finalizers: [hub, own], annotations: { what } }), spec }
      objects.push(await created(object))
    }
    await server.cluster.installCrds(mirrorPeerCrd)
    await installAgentPolicies(server, await created(mirrorPeer()))
    const agent = server.as(agentUsers.certificate('c1'))
    for (const { metadata } of objects) {
      const name = metadata.name ?? ''
      const what = metadata.annotations?.['what']
      const byAgent = await agent.patch(kinds.MirrorPeer, name, { metadata: { finalizers: [hub] } })
      expect([what, refusals(byAgent)]).toEqual([what, []])
      const byHub = await server.admin.patch(kinds.MirrorPeer, name, { metadata: { finalizers: null } })
      expect([what, refusals(byHub)]).toEqual([what, []])
    }
  })

  it('without a spec loses its finalizers only together with a spec that is valid', async () => {
    await server.cluster.installCrds(schemaless)
    const { metadata } = await created({ ...mirrorPeer({}, { finalizers: [hub] }), spec: undefined })
    await server.cluster.installCrds(mirrorPeerCrd)
    const name = metadata.name ?? ''
    const patch = { metadata: { finalizers: null } }
    const alone = await server.admin.patch(kinds.MirrorPeer, name, patch)
    expect(refusals(alone)).toEqual([expect.stringMatching(/^spec: Required value/)])
    const { spec } = mirrorPeer()
    const together = await server.admin.patch(kinds.MirrorPeer, name, { ...patch, spec })
    expect(refusals(together)).toEqual([])
  })
})
