import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kinds } from '../src/kinds.ts'
import type { Secret } from '../src/kinds/core.ts'
import type { KubeObject, OwnerReference } from '../src/meta.ts'
import { mirrorPeerCrd } from '../src/mirror-peer/mirror-peer-crd.ts'
import {
  agentGroup,
  agentRequesters,
  agentUsers,
  installAgentPolicies,
  startApiServer,
  type Answer,
  type ApiServer,
} from './api-server.ts'
import { mirrorPeer } from './mirror-peers.ts'

let server: ApiServer
let count = 0
let name = ''

const label = 'multicluster.odf.openshift.io/secret-type'
const type = 'multicluster.odf.openshift.io/secret-type'
const data = { 'secret-origin': 'cm9vaw==' }
const uidAnnotation = 'multicluster.odf.openshift.io/agent-cluster-uid'

/** As an agent writes it. */
const blue = (metadata: KubeObject['metadata'] = {}, rest: Partial<Secret> = {}): Secret => ({
  metadata: { name, namespace: 'c1', labels: { [label]: 'BLUE' }, ...metadata },
  type,
  data,
  ...rest,
})
/** One that is there: Secrets of others are collected. */
let owner: OwnerReference

const refusal = ({ status, body }: Answer): string => (status < 300 ? '' : `${status} ${body.message}`)
const expectRefused = ({ status, body }: Answer, words: string): void => {
  expect([status, body.message]).toEqual([403, expect.stringContaining('ValidatingAdmissionPolicy')])
  expect(body.message).toContain(`denied request: ${words}`)
}
const storedByAdmin = async (secret: Secret): Promise<Secret> => {
  const answer = await server.admin.create(kinds.Secret, secret)
  expect(refusal(answer)).toBe('')
  return answer.body
}

beforeAll(async () => {
  server = await startApiServer([mirrorPeerCrd])
  const namespaces = ['c1', 'c2'].map((one) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: one },
  }))
  await server.cluster.apply(...namespaces)
  const { metadata } = (await server.admin.get(kinds.Namespace, 'c1')).body
  owner = {
    apiVersion: 'v1',
    kind: 'Namespace',
    name: 'c1',
    uid: metadata.uid ?? '',
    blockOwnerDeletion: true,
  }
  const { body } = await server.admin.create(kinds.MirrorPeer, mirrorPeer())
  await installAgentPolicies(server, body)
})
beforeEach(() => {
  count += 1
  // As a hash is.
  name = count.toString(16).padStart(39, 'e')
})
afterAll(() => server.end())

describe.each(Object.entries(agentRequesters))('an agent known by its %s', (_how, userOf) => {
  const agent = () => server.as(userOf('c1'))

  it.each(['BLUE', 'INTERNAL'])(
    'writes its %s secrets: by a patch as ours, whole as the original',
    async (kind) => {
      const created = await agent().create(kinds.Secret, blue({ labels: { [label]: kind } }))
      expect(refusal(created)).toBe('')
      const annotations = { [uidAnnotation]: 'b' }
      const patch = { metadata: { namespace: 'c1', annotations }, data: { namespace: 'bg==' } }
      expect(refusal(await agent().patch(kinds.Secret, name, patch))).toBe('')
      // It builds the object anew: without labels of others, and without what the server has put there.
      const put = blue({ labels: { [label]: kind } }, { data: { 'secret-data': 'e30=' } })
      expect(refusal(await agent().put(kinds.Secret, put))).toBe('')
    },
  )

  it('writes what later releases of the original note on theirs, and no other values of it', async () => {
    const backup = 'cluster.open-cluster-management.io/backup'
    const createdBy = 'multicluster.odf.openshift.io/created-by'
    const labels = { [label]: 'INTERNAL', [backup]: '', [createdBy]: 'tokenexchange' }
    const annotations = Object.fromEntries(
      ['obc-name', 'obc-type', 'mirrorpeer'].map((one) => [`multicluster.odf.openshift.io/${one}`, 'x']),
    )
    expect(refusal(await agent().create(kinds.Secret, blue({ labels, annotations })))).toBe('')
    expect(refusal(await agent().put(kinds.Secret, blue({ labels, annotations }, { data: {} })))).toBe('')
    const words = `metadata.labels: the agent of c1 may set no other label of a Secret than ${label}`
    for (const other of [{ [backup]: 'resource' }, { [createdBy]: 'mirrorpeersecret' }]) {
      const patch = { metadata: { namespace: 'c1', labels: other } }
      expectRefused(await agent().patch(kinds.Secret, name, patch), words)
    }
  })

  it('writes on where others have put labels, annotations, finalizers and owners', async () => {
    const { metadata } = await storedByAdmin(
      blue({
        labels: { [label]: 'BLUE', other: 'yes' },
        annotations: { other: 'yes' },
        finalizers: ['example.com/theirs'],
        ownerReferences: [owner],
      }),
    )
    expect(refusal(await agent().put(kinds.Secret, blue(metadata, { data: { a: 'YQ==' } })))).toBe('')
    expect(refusal(await agent().patch(kinds.Secret, name, { metadata: { namespace: 'c1' }, data }))).toBe('')
    await server.admin.patch(kinds.Secret, name, { metadata: { namespace: 'c1', finalizers: null } })
  })

  it('sets the label right where somebody took it off', async () => {
    await storedByAdmin(blue({ labels: {} }))
    expect(refusal(await agent().put(kinds.Secret, blue()))).toBe('')
  })

  it.each([
    ['a token of a service account', 'kubernetes.io/service-account-token'],
    ['what has no type', undefined],
    ['what has the hub’s type', 'Opaque'],
    ['a key for a bootstrap', 'bootstrap.kubernetes.io/token'],
    ['a type that begins as its own', `${type}-2`],
    ['a type of another case', type.toUpperCase()],
  ])('makes no Secret of another type: %s', async (_what, other) => {
    const annotations = { 'kubernetes.io/service-account.name': 'default' }
    const made = await agent().create(kinds.Secret, blue({ annotations }, { type: other, data: {} }))
    expectRefused(
      made,
      `type: the agent of c1 may create and change only Secrets of type ${type}, not ${other ?? 'Opaque'}`,
    )
  })

  it('changes none of another type: the hub’s green copy, what the klusterlet keeps there', async () => {
    const labels = { [label]: 'GREEN' }
    const green = await storedByAdmin(blue({ labels }, { type: 'Opaque' }))
    expectRefused(await agent().put(kinds.Secret, blue(green.metadata, { type: 'Opaque' })), 'type: ')
    const patches = [
      { data: { a: 'YQ==' } },
      { metadata: { labels: { [label]: 'BLUE' } } },
      { immutable: true },
    ]
    for (const patch of patches) {
      const metadata = { ...('metadata' in patch ? patch.metadata : {}), namespace: 'c1' }
      expectRefused(await agent().patch(kinds.Secret, name, { ...patch, metadata }), 'type: ')
    }
  })

  it.each<readonly [string | undefined, string]>([
    ['GREEN', 'as the hub’s'],
    ['blue', 'of another case'],
    ['', 'empty'],
    [undefined, 'with which nobody would see it'],
  ])('labels nothing %j: %s', async (value) => {
    const words = `metadata.labels: a Secret of the agent of c1 has the label ${label} BLUE or INTERNAL`
    const labels: Record<string, string> = value === undefined ? {} : { [label]: value }
    expectRefused(await agent().create(kinds.Secret, blue({ labels })), words)
    await storedByAdmin(blue())
    const patch = { metadata: { namespace: 'c1', labels: { [label]: value ?? null } } }
    expectRefused(await agent().patch(kinds.Secret, name, patch), words)
  })

  it.each([
    ['labels', 'label', label, { [label]: 'BLUE' }],
    ['annotations', 'annotation', uidAnnotation, {}],
  ])(
    'sets no %s that other software goes by, and takes them away or leaves them',
    async (field, word, own, rest) => {
      const words = `metadata.${field}: the agent of c1 may set no other ${word} of a Secret than ${own}`
      const created = await agent().create(kinds.Secret, blue({ [field]: { ...rest, theirs: 'x' } }))
      expectRefused(created, words)
      await storedByAdmin(blue({ [field]: { ...rest, there: 'x' } }))
      const patch = (values: object) =>
        agent().patch(kinds.Secret, name, { metadata: { namespace: 'c1', [field]: values } })
      expectRefused(await patch({ theirs: 'x' }), words)
      expectRefused(await patch({ there: 'y' }), words)
      expectRefused(await patch({ there: null, theirs: 'x' }), words)
      expect(refusal(await patch({ there: 'x' }))).toBe('')
      expect(refusal(await patch({ there: null }))).toBe('')
    },
  )

  it.each([
    ['that other software looks for', 'auto-import-secret'],
    ['of another length', 'e'.repeat(40)],
    ['with capitals in its stead', `${'e'.repeat(38)}g`],
  ])('takes no name %s', async (_what, other) => {
    const words =
      'metadata.name: a Secret of the agent of c1 is named by 39 hexadecimal characters, the hash of its StorageCluster'
    expectRefused(await agent().create(kinds.Secret, blue({ name: other })), words)
    expectRefused(await agent().create(kinds.Secret, blue({ name: undefined, generateName: 'x-' })), words)
    await storedByAdmin(blue({ name: `${name}-${other}`.slice(0, 60) }))
    const put = blue({ name: `${name}-${other}`.slice(0, 60) }, { data: {} })
    expectRefused(await agent().put(kinds.Secret, put), words)
  })

  it('writes no more than a hub secret can have, in whatever part, and makes smaller what is too large', async () => {
    const words =
      'data: a Secret of the agent of c1 has at most 65536 bytes of data, labels and annotations, at most 100 of each'
    const bytes = (count: number): string => Buffer.alloc(count).toString('base64')
    const keys = Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`key-${i}`, 'AAAA']))
    const tooLarge: readonly (readonly [KubeObject['metadata'], Partial<Secret>])[] = [
      [{}, { data: { 'secret-data': bytes(50_000) } }],
      [{}, { data: keys }],
      [{}, { data: undefined, stringData: { 'secret-data': 'x'.repeat(50_000) } } as Partial<Secret>],
      [{}, { data: { 'secret-data': bytes(700_000) } }],
      [{ annotations: { [uidAnnotation]: 'x'.repeat(70_000) } }, {}],
    ]
    for (const [metadata, rest] of tooLarge)
      expectRefused(await agent().create(kinds.Secret, blue(metadata, rest)), words)
    await storedByAdmin(blue({}, { data: { 'secret-data': bytes(50_000) } }))
    const patch = { metadata: { namespace: 'c1' }, data: { other: 'AAAA' } }
    expectRefused(await agent().patch(kinds.Secret, name, patch), words)
    const largest = { 'secret-data': bytes(48_000) }
    const smaller = { metadata: { namespace: 'c1' }, data: largest }
    expect(refusal(await agent().patch(kinds.Secret, name, smaller))).toBe('')
  })

  it('deletes what agents write, and under a name of theirs what has a wrong type, but for the hub’s copy', async () => {
    const key = { namespace: 'c1', name }
    const ours: readonly Secret[] = [
      blue(),
      blue({ labels: {} }),
      blue({}, { type: 'Opaque' }),
      blue({ labels: {} }, { type: 'Opaque' }),
    ]
    for (const secret of ours) {
      await storedByAdmin(secret)
      expect(refusal(await agent().delete(kinds.Secret, key))).toBe('')
    }
    const words = (other: string): string =>
      `type: the agent of c1 may delete only Secrets of type ${type}, not ${other}`
    await storedByAdmin(blue({ labels: { [label]: 'GREEN' } }, { type: 'Opaque' }))
    expectRefused(await agent().delete(kinds.Secret, key), words('Opaque'))
    const others = [
      ['c1-import', 'Opaque'],
      ['pull', 'example.com/theirs'],
    ] as const
    for (const [suffix, other] of others) {
      const theirs = { namespace: 'c1', name: `${name}-${suffix}` }
      await storedByAdmin(blue({ ...theirs, labels: {} }, { type: other }))
      expectRefused(await agent().delete(kinds.Secret, theirs), words(other))
    }
    await storedByAdmin(blue({ namespace: 'c2' }))
    expectRefused(
      await agent().delete(kinds.Secret, { namespace: 'c2', name }),
      'metadata.namespace: the agent of c1 may delete Secrets in the namespace c1 only',
    )
  })

  it('writes in no namespace but its cluster’s', async () => {
    const words = 'metadata.namespace: the agent of c1 may write Secrets in the namespace c1 only'
    expectRefused(await agent().create(kinds.Secret, blue({ namespace: 'c2' })), words)
    const theirs = await storedByAdmin(blue({ namespace: 'c2' }))
    expectRefused(await agent().put(kinds.Secret, blue(theirs.metadata, { data: {} })), words)
  })

  it.each([
    ['finalizers', () => ['example.com/x'], 'finalizers'],
    ['ownerReferences', () => [owner], 'owners'],
  ])('holds up nothing by %s', async (field, of, word) => {
    const value = of()
    const words = `metadata.${field}: the agent of c1 may not change the ${word} of a Secret`
    expectRefused(await agent().create(kinds.Secret, blue({ [field]: value })), words)
    await storedByAdmin(blue())
    const patch = { metadata: { namespace: 'c1', [field]: value } }
    expectRefused(await agent().patch(kinds.Secret, name, patch), words)
    await server.admin.patch(kinds.Secret, name, patch)
    expectRefused(
      await agent().patch(kinds.Secret, name, { metadata: { namespace: 'c1', [field]: null } }),
      words,
    )
    await server.admin.patch(kinds.Secret, name, { metadata: { namespace: 'c1', [field]: null } })
  })
})

it('nobody is the agent of two clusters, by a user of one and the group of another', async () => {
  const both = server.as({ user: agentUsers.token('c1'), groups: [agentGroup('c2')] })
  expectRefused(
    await both.create(kinds.Secret, blue()),
    'metadata: nobody is the agent of several clusters: c1, c2',
  )
})

it.each([
  ['an administrator', 'admin'],
  ['the hub', 'system:serviceaccount:openshift-operators:odfmo-hub-controller'],
  ['the klusterlet', 'system:open-cluster-management:c1:klusterlet'],
  ['a user that reads almost as an agent', `${agentUsers.certificate('c1')}\n`],
  ['a service account called almost as the agent’s', `${agentUsers.token('c1')}-sa`],
])('nobody else is looked at: %s', async (_who, user) => {
  const client = server.as(user)
  const secret = blue({ labels: { [label]: 'GREEN' }, finalizers: ['example.com/x'] }, { type: 'Opaque' })
  const created = await client.create(kinds.Secret, secret)
  expect(refusal(created)).toBe('')
  expect(
    refusal(await client.put(kinds.Secret, { ...created.body, metadata: { name, namespace: 'c1' } })),
  ).toBe('')
})
