import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ManualClock } from '../clock/manual-clock.ts'
import type { InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient, TestClientOptions } from '../testing/test-client.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'

let clock: ManualClock
let cluster: InMemoryCluster
let clients: TestClient[]

beforeEach(async () => {
  clock = manualClock()
  cluster = await startCluster({ clock })
  clients = []
})
afterEach(async () => {
  for (const client of clients) await client.close()
  await cluster.stop()
})

const as = (options: TestClientOptions): TestClient => {
  const client = testClient(cluster, options)
  clients.push(client)
  return client
}
const user = (name: string, ...groups: string[]): TestClient => as({ identity: { user: name, groups } })

const role = (name: string, rules: object[]): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name, namespace: 'default' },
  rules,
})
const clusterRole = (name: string, rules: object[]): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules,
})
const binding = (name: string, roleName: string, subject: object, kind = 'Role'): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name, namespace: 'default' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
  subjects: [subject],
})
const bob = { kind: 'User', name: 'bob' }
const readSecrets = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] }]

describe('authorization', () => {
  it('refuses what no role allows, in the words of the real server', async () => {
    const client = user('bob')
    expect((await client.get('/api/v1/namespaces/default/secrets/x')).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'secrets "x" is forbidden: User "bob" cannot get resource "secrets" in API group "" in the namespace "default"',
      reason: 'Forbidden',
      details: { name: 'x', kind: 'secrets' },
      code: 403,
    })
    expect((await client.get('/apis/apps/v1/deployments')).body.message).toBe(
      'deployments.apps is forbidden: User "bob" cannot list resource "deployments" in API group "apps" at the cluster scope',
    )
    expect((await client.get('/metrics')).body.message).toBe(
      'forbidden: User "bob" cannot get path "/metrics"',
    )
    expect((await client.get('/apis')).status).toBe(200)
  })

  it('follows roles and bindings as they come and go', async () => {
    const client = user('bob')
    const path = '/api/v1/namespaces/default/secrets'
    await cluster.apply(role('r', readSecrets), binding('b', 'r', bob))
    expect((await client.get(path)).status).toBe(200)
    expect((await client.get('/api/v1/namespaces/kube-system/secrets')).status).toBe(403)
    expect((await client.get('/api/v1/secrets')).status).toBe(403)
    expect((await client.post(path, {})).status).toBe(403)
    await user('root', 'system:masters').delete(`${rbac}/namespaces/default/roles/r`)
    const after = await client.get(path)
    expect(after.body.message).toContain(': RBAC: role.rbac.authorization.k8s.io "r" not found')
  })

  it('knows groups and cluster roles bound in a namespace', async () => {
    await cluster.apply(
      clusterRole('cr', readSecrets),
      binding('b', 'cr', { kind: 'Group', name: 'team' }, 'ClusterRole'),
    )
    expect((await user('ann', 'team').get('/api/v1/namespaces/default/secrets')).status).toBe(200)
    expect((await user('ann').get('/api/v1/namespaces/default/secrets')).status).toBe(403)
  })

  it('takes a field selector by name for that name, and tells a watch from a list', async () => {
    const one = [{ verbs: ['list', 'watch'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] }]
    await cluster.apply(role('r', one), binding('b', 'r', bob))
    const client = user('bob')
    expect(
      (await client.get('/api/v1/namespaces/default/secrets?fieldSelector=metadata.name=a')).status,
    ).toBe(200)
    expect(
      (await client.get('/api/v1/namespaces/default/secrets?fieldSelector=metadata.name=b')).status,
    ).toBe(403)
    expect((await client.get('/api/v1/namespaces/default/secrets')).status).toBe(403)
  })

  it('tells a subresource from its resource', async () => {
    await cluster.apply(
      role('r', [{ verbs: ['patch'], apiGroups: ['apps'], resources: ['deployments/status'] }]),
      binding('b', 'r', bob),
    )
    const client = user('bob')
    expect((await client.patch('/apis/apps/v1/namespaces/default/deployments/d/status', {})).status).toBe(404)
    expect((await client.patch('/apis/apps/v1/namespaces/default/deployments/d', {})).status).toBe(403)
  })

  it('aggregates cluster roles', async () => {
    await cluster.apply({
      ...clusterRole('extra', readSecrets),
      metadata: { name: 'extra', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    })
    await cluster.apply(binding('b', 'view', bob, 'ClusterRole'))
    await expect
      .poll(async () => (await user('bob').get('/api/v1/namespaces/default/secrets')).status)
      .toBe(200)
    expect((await user('bob').get('/api/v1/namespaces/default/configmaps')).status).toBe(200)
  })
})

describe('escalation', () => {
  const mayWriteRoles = [
    {
      verbs: ['create', 'update', 'patch'],
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings'],
    },
  ]

  it('does not let somebody grant by a role what they do not have', async () => {
    await cluster.apply(role('r', mayWriteRoles), binding('b', 'r', bob))
    const client = user('bob')
    const refused = await client.post(`${rbac}/namespaces/default/roles`, role('more', readSecrets))
    expect(refused.status).toBe(403)
    expect(refused.body.message).toBe(
      'roles.rbac.authorization.k8s.io "more" is forbidden: user "bob" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
    )
    await cluster.apply(role('held', readSecrets), binding('held', 'held', bob))
    expect((await client.post(`${rbac}/namespaces/default/roles`, role('more', readSecrets))).status).toBe(
      201,
    )
  })

  it('does not let somebody bind what they do not have, unless they may bind it', async () => {
    await cluster.apply(role('r', mayWriteRoles), binding('b', 'r', bob), role('strong', readSecrets))
    const client = user('bob')
    const wanted = binding('mine', 'strong', bob)
    expect((await client.post(`${rbac}/namespaces/default/rolebindings`, wanted)).status).toBe(403)
    const bind = [
      {
        verbs: ['bind'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['roles'],
        resourceNames: ['strong'],
      },
    ]
    await cluster.apply(role('binder', bind), binding('binder', 'binder', bob))
    expect((await client.post(`${rbac}/namespaces/default/rolebindings`, wanted)).status).toBe(201)
  })

  it('says of a binding whose role is not there that nothing of its name is found, as the server does', async () => {
    await cluster.apply(role('r', mayWriteRoles), binding('b', 'r', bob))
    const client = user('bob')
    for (const kind of ['Role', 'ClusterRole']) {
      const path = `${rbac}/namespaces/default/rolebindings`
      const answer = await client.post(path, binding('mine', 'absent', bob, kind))
      expect(answer).toMatchObject({
        status: 404,
        body: {
          reason: 'NotFound',
          message: 'rolebindings.rbac.authorization.k8s.io "absent" not found',
          details: { kind: 'rolebindings', name: 'absent', group: 'rbac.authorization.k8s.io' },
        },
      })
    }
  })

  it('lets who may escalate', async () => {
    const escalate = [
      ...mayWriteRoles,
      { verbs: ['escalate'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'] },
    ]
    await cluster.apply(role('r', escalate), binding('b', 'r', bob))
    expect(
      (await user('bob').post(`${rbac}/namespaces/default/roles`, role('more', readSecrets))).status,
    ).toBe(201)
  })
})

describe('tokens', () => {
  const accounts = '/api/v1/namespaces/default/serviceaccounts'

  it('makes a service account who it is, until the token or the account is gone', async () => {
    const admin = user('root', 'system:masters')
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'sa', namespace: 'default' },
    })
    await cluster.apply(
      role('r', readSecrets),
      binding('b', 'r', { kind: 'ServiceAccount', name: 'sa', namespace: 'default' }),
    )
    const request = await admin.post(`${accounts}/sa/token`, { spec: { expirationSeconds: 600 } })
    expect(request.body).toMatchObject({
      kind: 'TokenRequest',
      status: { expirationTimestamp: '2026-01-01T00:10:00Z' },
    })
    const client = as({ token: request.body.status.token })
    expect((await client.get('/api/v1/namespaces/default/secrets')).status).toBe(200)
    const review = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})
    expect(review.body.status.userInfo).toMatchObject({
      username: 'system:serviceaccount:default:sa',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    })
    const longer = as({ token: cluster.serviceAccountToken({ namespace: 'default', name: 'sa' }) })
    clock.advance(600_000)
    expect((await client.get('/api/v1/namespaces/default/secrets')).status).toBe(401)
    expect((await longer.get('/api/v1/namespaces/default/secrets')).status).toBe(200)
    await admin.delete(`${accounts}/sa`)
    expect((await longer.get('/api/v1/namespaces/default/secrets')).status).toBe(401)
  })

  it('refuses short ones and those of nobody', async () => {
    const admin = user('root', 'system:masters')
    expect((await admin.post(`${accounts}/default/token`, { spec: { expirationSeconds: 10 } })).status).toBe(
      422,
    )
    expect((await admin.post(`${accounts}/none/token`, {})).status).toBe(404)
  })

  it('fills secrets made for it', async () => {
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 't',
        namespace: 'default',
        annotations: { 'kubernetes.io/service-account.name': 'default' },
      },
    })
    const secret = await cluster.wait(() => {
      const found = cluster.get({ apiVersion: 'v1', kind: 'Secret' }, { name: 't' })
      return found?.['data'] === undefined ? undefined : found
    })
    const { token } = secret['data'] as Record<string, string>
    const client = as({ token: Buffer.from(token ?? '', 'base64').toString() })
    expect((await client.get('/apis')).status).toBe(200)
  })
})

describe('certificates', () => {
  it('hold by the clock of the cluster', async () => {
    const client = user('root', 'system:masters')
    expect((await client.get('/api/v1/namespaces')).status).toBe(200)
    clock.advance(366 * 24 * 3_600_000)
    expect((await client.get('/api/v1/namespaces')).status).toBe(401)
    expect((await user('root', 'system:masters').get('/api/v1/namespaces')).status).toBe(200)
  })
})

describe('reviews', () => {
  it('answer what somebody may do', async () => {
    await cluster.apply(role('r', readSecrets), binding('b', 'r', bob))
    const client = user('bob')
    const ask = async (verb: string): Promise<unknown> =>
      (
        await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          spec: { resourceAttributes: { verb, resource: 'secrets', namespace: 'default' } },
        })
      ).body.status
    expect(await ask('get')).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "b/default" of Role "r" to User "bob"',
    })
    expect(await ask('delete')).toEqual({ allowed: false })
    expect((await client.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {})).status).toBe(403)
    const rules = await client.post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      spec: { namespace: 'default' },
    })
    expect(rules.body.status.resourceRules).toContainEqual(readSecrets[0])
  })
})

describe('impersonation', () => {
  it('needs the verb for the user and for each group', async () => {
    await cluster.apply(role('r', readSecrets), binding('b', 'r', bob))
    const path = '/api/v1/namespaces/default/secrets'
    const headers = { 'impersonate-user': 'bob' }
    expect((await user('root', 'system:masters').get(path, headers)).status).toBe(200)
    expect((await user('root', 'system:masters').get('/api/v1/nodes', headers)).status).toBe(403)
    const refused = await user('ann').get(path, headers)
    expect(refused.body.message).toBe(
      'users "bob" is forbidden: User "ann" cannot impersonate resource "users" in API group "" at the cluster scope',
    )
  })
})
