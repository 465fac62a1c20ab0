import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../../cluster.ts'
import { startCluster } from '../../start-cluster.ts'
import { testClient } from '../../testing/test-client.ts'
import type { TestClient } from '../../testing/test-client.ts'

const agentUser = 'system:open-cluster-management:cluster:c1:addon:tokenexchange:agent:tokenexchange'
/** The agents of all clusters, as they come by certificate or by service account. */
const isAgent =
  "request.userInfo.username.matches('^system:open-cluster-management:cluster:[^:]+:addon:tokenexchange:agent:tokenexchange$|^system:serviceaccount:[^:]+:tokenexchange-agent$')"
const agentCluster = "request.userInfo.username.split(':')[3]"

const admission = 'admissionregistration.k8s.io/v1'
const policy = (
  name: string,
  resource: object,
  spec: object,
): { apiVersion: string; kind: string; metadata: { name: string }; spec: object } => ({
  apiVersion: admission,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: {
    matchConstraints: {
      resourceRules: [{ operations: ['CREATE', 'UPDATE'], apiVersions: ['*'], ...resource }],
    },
    matchConditions: [{ name: 'agents', expression: isAgent }],
    ...spec,
  },
})
const bound = (name: string): object => ({
  apiVersion: admission,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name },
  spec: { policyName: name, validationActions: ['Deny'] },
})

/** Agents make Secrets of one type only: one of another could be a token of a service account. */
const secrets = policy(
  'agents-secrets',
  { apiGroups: [''], resources: ['secrets'] },
  {
    validations: [
      {
        expression: "has(object.type) && object.type == 'multicluster.odf.openshift.io/secret-type'",
        messageExpression: "'agents do not write Secrets of type ' + object.?type.orValue('Opaque')",
        reason: 'Forbidden',
      },
    ],
  },
)

/** An agent changes nothing of a MirrorPeer but its own finalizer. */
const mirrorPeers = policy(
  'agents-mirrorpeers',
  { apiGroups: ['multicluster.odf.openshift.io'], resources: ['mirrorpeers'] },
  {
    variables: [
      { name: 'own', expression: `${agentCluster} + '.multicluster.odf.openshift.io/cleanup'` },
      {
        name: 'finalizers',
        expression: 'object.metadata.?finalizers.orValue([]).filter(f, f != variables.own)',
      },
      {
        name: 'before',
        expression: 'oldObject.metadata.?finalizers.orValue([]).filter(f, f != variables.own)',
      },
    ],
    validations: [
      { expression: "request.operation == 'UPDATE'", message: 'agents make no MirrorPeers' },
      { expression: 'object.spec == oldObject.spec', message: 'agents do not change spec' },
      {
        expression: 'object.metadata.?labels.orValue({}) == oldObject.metadata.?labels.orValue({})',
        message: 'agents do not change labels',
      },
      {
        expression: 'variables.finalizers == variables.before',
        messageExpression: "'agents change no finalizer but ' + variables.own",
      },
    ],
  },
)

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'mirrorpeers.multicluster.odf.openshift.io' },
  spec: {
    group: 'multicluster.odf.openshift.io',
    scope: 'Cluster',
    names: { plural: 'mirrorpeers', singular: 'mirrorpeer', kind: 'MirrorPeer', listKind: 'MirrorPeerList' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { type: { type: 'string' } } } },
          },
        },
      },
    ],
  },
}

let cluster: InMemoryCluster
let agent: TestClient
let admin: TestClient

beforeEach(async () => {
  cluster = await startCluster()
  agent = testClient(cluster, { identity: { user: agentUser, groups: ['system:masters'] } })
  admin = testClient(cluster, { identity: { user: 'admin', groups: ['system:masters'] } })
})
afterEach(async () => {
  await agent.close()
  await admin.close()
  await cluster.stop()
})

const inForce = async (wanted: { readonly metadata: { readonly name: string } }): Promise<void> => {
  await cluster.apply(wanted, bound(wanted.metadata.name))
}

describe('the policies of agents', () => {
  it('let agents write Secrets of their type, and nobody else is asked', async () => {
    await inForce(secrets)
    const path = '/api/v1/namespaces/default/secrets'
    const secret = (name: string, type?: string): object => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      ...(type === undefined ? {} : { type }),
    })
    expect((await agent.post(path, secret('a', 'multicluster.odf.openshift.io/secret-type'))).status).toBe(
      201,
    )
    const refused = await agent.post(path, secret('b'))
    expect(refused.status).toBe(403)
    expect(refused.body.message).toBe(
      `secrets "b" is forbidden: ValidatingAdmissionPolicy 'agents-secrets' with binding 'agents-secrets' denied request: agents do not write Secrets of type Opaque`,
    )
    expect((await admin.post(path, secret('b'))).status).toBe(201)
  })

  it('let an agent take its own finalizer off a MirrorPeer, and change nothing else', async () => {
    await cluster.installCrds(definition)
    await inForce(mirrorPeers)
    const path = '/apis/multicluster.odf.openshift.io/v1alpha1/mirrorpeers'
    const own = 'c1.multicluster.odf.openshift.io/cleanup'
    const finalizers = ['hub.multicluster.odf.openshift.io', own, 'c2.multicluster.odf.openshift.io/cleanup']
    const peer = {
      apiVersion: 'multicluster.odf.openshift.io/v1alpha1',
      kind: 'MirrorPeer',
      metadata: { name: 'one', finalizers },
      spec: { type: 'async' },
    }
    expect((await agent.post(path, peer)).status).toBe(422)
    expect((await admin.post(path, peer)).status).toBe(201)
    const changed = async (change: object): Promise<number> =>
      (await agent.patch(`${path}/one`, change)).status
    expect(await changed({ spec: { type: 'sync' } })).toBe(422)
    expect(await changed({ metadata: { labels: { a: 'b' } } })).toBe(422)
    expect(await changed({ metadata: { finalizers: [own] } })).toBe(422)
    expect(await changed({ metadata: { finalizers: finalizers.filter((each) => each !== own) } })).toBe(200)
  })
})

describe('a policy', () => {
  it('acts at once, and no more when its binding is gone', async () => {
    const nothing = policy(
      'nothing',
      { apiGroups: [''], resources: ['configmaps'] },
      {
        matchConditions: [],
        validations: [{ expression: 'false', message: 'nothing' }],
      },
    )
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } }
    const path = '/api/v1/namespaces/default/configmaps'
    await inForce(nothing)
    expect((await admin.post(path, configMap)).status).toBe(422)
    await admin.delete(`/apis/${admission}/validatingadmissionpolicybindings/nothing`)
    expect((await admin.post(path, configMap)).status).toBe(201)
  })
})
