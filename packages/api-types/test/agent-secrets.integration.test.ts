import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { kinds } from '../src/kinds.ts'
import type { Secret } from '../src/kinds/core.ts'
import type { KubeObject, OwnerReference } from '../src/meta.ts'
import { mirrorPeerCrd } from '../src/mirror-peer/mirror-peer-crd.ts'
import {
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
  name = `secret-${count}`
})
afterAll(() => server.end())

describe.each(Object.entries(agentUsers))('an agent known by its %s', (_how, userOf) => {
  const agent = () => server.as(userOf('c1'))

  it.each(['BLUE', 'INTERNAL'])(
    'writes its %s secrets: by a patch as ours, whole as the original',
    async (kind) => {
      const created = await agent().create(kinds.Secret, blue({ labels: { [label]: kind } }))
      expect(refusal(created)).toBe('')
      const patch = { metadata: { namespace: 'c1', annotations: { a: 'b' } }, data: { namespace: 'bg==' } }
      expect(refusal(await agent().patch(kinds.Secret, name, patch))).toBe('')
      // It builds the object anew: without labels of others, and without what the server has put there.
      const put = blue({ labels: { [label]: kind } }, { data: { 'secret-data': 'e30=' } })
      expect(refusal(await agent().put(kinds.Secret, put))).toBe('')
    },
  )

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
    expect(
      refusal(await agent().patch(kinds.Secret, name, { metadata: { namespace: 'c1', labels: { x: 'y' } } })),
    ).toBe('')
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

  it.each([
    ['GREEN', 'as the hub’s'],
    ['blue', 'of another case'],
    ['', 'empty'],
  ])('labels nothing %j: %s', async (value) => {
    const words = `metadata.labels: a Secret of the agent of c1 has the label ${label} BLUE or INTERNAL`
    const labels = { [label]: value }
    expectRefused(await agent().create(kinds.Secret, blue({ labels })), words)
    await storedByAdmin(blue())
    expectRefused(await agent().patch(kinds.Secret, name, { metadata: { namespace: 'c1', labels } }), words)
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
