import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { Answer, TestClient } from '../testing/test-client.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const secrets = '/api/v1/namespaces/default/secrets'

let cluster: InMemoryCluster
let client: TestClient

beforeAll(async () => {
  cluster = await startCluster({ name: 'test' })
  client = testClient(cluster)
})
afterAll(async () => {
  await client.close()
  await cluster.stop()
})

const made = async (path: string, object: object): Promise<Answer['body']> => {
  const answer = await client.post(path, object)
  expect(answer.status, answer.text).toBe(201)
  return answer.body
}

describe('create', () => {
  it('sets what the server sets', async () => {
    const object = await made(configMaps, { metadata: { name: 'c1', labels: { a: 'b' } }, data: { x: 'y' } })
    expect(object).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c1', namespace: 'default', labels: { a: 'b' } },
      data: { x: 'y' },
    })
    expect(object.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    expect(object.metadata.creationTimestamp).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
    expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(0)
    expect(object.metadata.generation).toBeUndefined()
  })

  it('makes names from generateName', async () => {
    const object = await made(configMaps, { metadata: { generateName: 'gen-' } })
    expect(object.metadata.name).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(object.metadata.generateName).toBe('gen-')
  })

  it('answers with a full Status when it refuses', async () => {
    await made(configMaps, { metadata: { name: 'twice' } })
    expect((await client.post(configMaps, { metadata: { name: 'twice' } })).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "twice" already exists',
      reason: 'AlreadyExists',
      details: { name: 'twice', kind: 'configmaps' },
      code: 409,
    })
  })

  it.each([
    [
      'no name',
      {},
      422,
      'Invalid',
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'a bad name',
      { metadata: { name: 'A_b' } },
      422,
      'Invalid',
      'ConfigMap "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123',
    ],
    [
      'another namespace',
      { metadata: { name: 'a', namespace: 'other' } },
      400,
      'BadRequest',
      'the namespace of the provided object does not match',
    ],
    [
      'another kind',
      { kind: 'Secret', metadata: { name: 'a' } },
      400,
      'BadRequest',
      'Secret in version "v1" cannot be handled as a ConfigMap',
    ],
    [
      'another version',
      { apiVersion: 'v2', metadata: { name: 'a' } },
      400,
      'BadRequest',
      'no kind "ConfigMap" is registered for version "v2"',
    ],
    [
      'a resourceVersion',
      { metadata: { name: 'a', resourceVersion: '1' } },
      500,
      undefined,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'labels that are no texts',
      { metadata: { name: 'a', labels: { a: 1 } } },
      400,
      'BadRequest',
      'cannot be handled as a ConfigMap',
    ],
    [
      'a bad label',
      { metadata: { name: 'a', labels: { a: '-' } } },
      422,
      'Invalid',
      'metadata.labels: Invalid value: "-"',
    ],
    [
      'data that is no text',
      { metadata: { name: 'a' }, data: { a: 1 } },
      400,
      'BadRequest',
      'cannot be handled as a ConfigMap',
    ],
    ['a list', [], 400, 'BadRequest', ''],
  ])('refuses %s', async (_name, object, status, reason, message) => {
    const answer = await client.post(configMaps, object)
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code: status })
    expect(answer.body.reason).toBe(reason)
    expect(answer.status).toBe(status)
    expect(answer.body.message).toContain(message)
  })

  it('lists the causes of an invalid object', async () => {
    const { body } = await client.post(configMaps, { metadata: { name: 'A', labels: { '/x': 'y' } } })
    expect(body.details).toMatchObject({ name: 'A', kind: 'ConfigMap' })
    expect(
      body.details.causes.map(({ reason, field }: { reason: string; field: string }) => [reason, field]),
    ).toEqual([
      ['FieldValueInvalid', 'metadata.name'],
      ['FieldValueInvalid', 'metadata.labels'],
    ])
    expect(body.message).toMatch(/^ConfigMap "A" is invalid: \[.+, .+\]$/s)
  })

  it('needs the namespace', async () => {
    const { body } = await client.post('/api/v1/namespaces/none/configmaps', { metadata: { name: 'a' } })
    expect(body).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "none" not found',
      details: { name: 'none', kind: 'namespaces' },
    })
  })

  it('writes nothing in a dry run', async () => {
    expect((await client.post(`${configMaps}?dryRun=All`, { metadata: { name: 'dry' } })).status).toBe(201)
    expect((await client.get(`${configMaps}/dry`)).status).toBe(404)
  })
})

describe('update', () => {
  it('replaces, and leaves versions alone when nothing differs', async () => {
    const first = await made(configMaps, { metadata: { name: 'u1' }, data: { a: '1', b: '2' } })
    const second = (await client.put(`${configMaps}/u1`, { ...first, data: { a: '2' } })).body
    expect(second.data).toEqual({ a: '2' })
    expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
    expect((await client.put(`${configMaps}/u1`, second)).body).toEqual(second)
    expect((await client.patch(`${configMaps}/u1`, { data: { a: '2' } })).body).toEqual(second)
  })

  it('refuses a stale version by PUT and by PATCH', async () => {
    const first = await made(configMaps, { metadata: { name: 'u2' } })
    await client.patch(`${configMaps}/u2`, { data: { a: '1' } })
    const stale = {
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "u2": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'u2', kind: 'configmaps' },
    }
    expect((await client.put(`${configMaps}/u2`, { ...first, data: { a: '2' } })).body).toMatchObject(stale)
    const patch = { metadata: { resourceVersion: first.metadata.resourceVersion }, data: { a: '2' } }
    expect((await client.patch(`${configMaps}/u2`, patch)).body).toMatchObject(stale)
  })

  it('answers a wrong uid with 409 in a PUT and 422 in a PATCH', async () => {
    await made(configMaps, { metadata: { name: 'u3' } })
    const uid = '00000000-0000-0000-0000-000000000000'
    expect((await client.put(`${configMaps}/u3`, { metadata: { name: 'u3', uid } })).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
    })
    const patched = await client.patch(`${configMaps}/u3`, { metadata: { uid } })
    expect(patched.body).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(patched.body.message).toContain('metadata.uid: Invalid value')
  })

  it('refuses a name that is not the one of the URL, and a change of it', async () => {
    await made(configMaps, { metadata: { name: 'u4' } })
    expect((await client.put(`${configMaps}/u4`, { metadata: { name: 'x' } })).body).toMatchObject({
      code: 400,
      message: 'the name of the object (x) does not match the name on the URL (u4)',
    })
    expect((await client.patch(`${configMaps}/u4`, { metadata: { name: 'x' } })).status).toBe(400)
  })

  it('creates by PUT only what allows it', async () => {
    expect((await client.put(`${configMaps}/never`, { metadata: { name: 'never' } })).status).toBe(404)
    const lease = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l'
    expect(
      (await client.put(lease, { metadata: { name: 'l' }, spec: { leaseDurationSeconds: 15 } })).status,
    ).toBe(201)
    expect(
      (await client.put(lease, { metadata: { name: 'l' }, spec: { leaseDurationSeconds: 0 } })).status,
    ).toBe(422)
  })

  it('counts generations with the spec only, and keeps status to its own path', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments'
    const spec = {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    }
    const first = await made(path, { metadata: { name: 'd' }, spec, status: { replicas: 9 } })
    expect(first).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 } })
    expect(first.status).toEqual({})
    const labelled = (
      await client.patch(`${path}/d`, { metadata: { labels: { x: 'y' } }, status: { replicas: 3 } })
    ).body
    expect(labelled.metadata.generation).toBe(1)
    expect(labelled.status).toEqual({})
    const withStatus = (
      await client.patch(`${path}/d/status`, { spec: { replicas: 7 }, status: { replicas: 3 } })
    ).body
    expect(withStatus).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: { replicas: 3 },
    })
    const scaled = await client.patch(`${path}/d/scale`, { spec: { replicas: 4 } })
    expect(scaled.body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 4 },
      status: { replicas: 3, selector: 'a=b' },
    })
    expect((await client.get(`${path}/d`)).body).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 4 },
      status: { replicas: 3 },
    })
    expect(
      (await client.patch(`${path}/d`, { spec: { selector: { matchLabels: { z: 'z' } } } })).body.message,
    ).toContain('spec.selector: Invalid value')
  })
})

describe('patch types', () => {
  it('knows JSON, merge and strategic patches of built-in kinds, and no others', async () => {
    await made(configMaps, { metadata: { name: 'p', finalizers: ['a/b'] }, data: { a: '1' } })
    const path = `${configMaps}/p`
    expect(
      (await client.patch(path, [{ op: 'add', path: '/data/b', value: '2' }], 'json-patch+json')).body.data,
    ).toEqual({ a: '1', b: '2' })
    expect(
      (await client.patch(path, { metadata: { finalizers: ['c/d'] } }, 'strategic-merge-patch+json')).body
        .metadata.finalizers,
    ).toEqual(['c/d', 'a/b'])
    expect(
      (await client.patch(path, { metadata: { finalizers: null } })).body.metadata.finalizers,
    ).toBeUndefined()
    const apply = await client.patch(path, { apiVersion: 'v1', kind: 'ConfigMap' }, 'apply-patch+cbor')
    expect(apply.body).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
  })

  it('answers 400 to what cannot be read and 422 to what does not apply', async () => {
    await made(configMaps, { metadata: { name: 'q' } })
    expect((await client.patch(`${configMaps}/q`, '{', 'merge-patch+json')).status).toBe(400)
    expect(
      (await client.patch(`${configMaps}/q`, [{ op: 'remove', path: '/data/x' }], 'json-patch+json')).body,
    ).toMatchObject({ code: 422, reason: 'Invalid' })
  })
})

describe('delete', () => {
  it('answers a Status for secrets and the object for namespaces', async () => {
    const secret = await made(secrets, { metadata: { name: 's' } })
    expect((await client.delete(`${secrets}/s`)).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 's', kind: 'secrets', uid: secret.metadata.uid },
    })
    expect((await client.delete(`${secrets}/s`)).body).toMatchObject({
      code: 404,
      message: 'secrets "s" not found',
    })
  })

  it('minds preconditions', async () => {
    const { metadata } = await made(configMaps, { metadata: { name: 'pre' } })
    const wrongUid = await client.delete(`${configMaps}/pre`, { preconditions: { uid: 'other' } })
    expect(wrongUid.body).toMatchObject({ code: 409, reason: 'Conflict' })
    expect(wrongUid.body.message).toMatch(
      /^Operation cannot be fulfilled on ConfigMap "pre": the UID in the precondition \(other\) does not match the UID in record/,
    )
    expect(
      (await client.delete(`${configMaps}/pre`, { preconditions: { resourceVersion: '1' } })).status,
    ).toBe(409)
    const both = { uid: metadata.uid, resourceVersion: metadata.resourceVersion }
    expect((await client.delete(`${configMaps}/pre`, { preconditions: both })).status).toBe(200)
  })

  it('waits for finalizers, and takes no new ones meanwhile', async () => {
    await made(configMaps, { metadata: { name: 'fin', finalizers: ['a/b', 'c/d'] } })
    const marked = await client.delete(`${configMaps}/fin`)
    expect(marked.body).toMatchObject({
      kind: 'ConfigMap',
      metadata: { deletionGracePeriodSeconds: 0, finalizers: ['a/b', 'c/d'] },
    })
    expect(marked.body.metadata.deletionTimestamp).toBeDefined()
    const added = await client.patch(`${configMaps}/fin`, { metadata: { finalizers: ['a/b', 'e/f'] } })
    expect(added.body.message).toContain(
      'no new finalizers can be added if the object is being deleted, found new finalizers []string{"e/f"}',
    )
    expect((await client.patch(`${configMaps}/fin`, { metadata: { finalizers: ['a/b'] } })).status).toBe(200)
    expect((await client.patch(`${configMaps}/fin`, { metadata: { finalizers: null } })).status).toBe(200)
    expect((await client.get(`${configMaps}/fin`)).status).toBe(404)
  })

  it('deletes a selection', async () => {
    for (const name of ['x1', 'x2']) await made(configMaps, { metadata: { name, labels: { drop: 'yes' } } })
    const gone = await client.delete(`${configMaps}?labelSelector=drop=yes`)
    expect(gone.body).toMatchObject({
      kind: 'ConfigMapList',
      items: [{ metadata: { name: 'x1' } }, { metadata: { name: 'x2' } }],
    })
    expect((await client.get(`${configMaps}?labelSelector=drop=yes`)).body.items).toEqual([])
  })
})

describe('kinds with rules of their own', () => {
  it('folds stringData of secrets into data, and checks them', async () => {
    const secret = await made(secrets, {
      metadata: { name: 'sd' },
      data: { a: 'MQ==' },
      stringData: { b: 'ü' },
    })
    expect(secret).toMatchObject({
      type: 'Opaque',
      data: { a: 'MQ==', b: Buffer.from('ü').toString('base64') },
    })
    expect(secret.stringData).toBeUndefined()
    expect((await client.post(secrets, { metadata: { name: 'x' }, data: { a: '?' } })).body).toMatchObject({
      code: 400,
    })
    expect((await client.patch(`${secrets}/sd`, { type: 'other' })).body.message).toContain(
      'type: Invalid value: "other": field is immutable',
    )
    expect(
      (await client.post(secrets, { metadata: { name: 'x' }, data: { 'a b': '' } })).body.message,
    ).toContain('data[a b]: Invalid value')
    const big = { metadata: { name: 'big' }, data: { a: Buffer.alloc(1_048_577).toString('base64') } }
    expect((await client.post(secrets, big)).body.message).toBe(
      'Secret "big" is invalid: data: Too long: may not be more than 1048576 bytes',
    )
  })

  it('freezes what is immutable', async () => {
    await made(configMaps, { metadata: { name: 'ice' }, data: { a: '1' }, immutable: true })
    expect((await client.patch(`${configMaps}/ice`, { data: { a: '2' } })).body.message).toContain(
      'data: Forbidden: field is immutable when `immutable` is set',
    )
    expect((await client.patch(`${configMaps}/ice`, { immutable: false })).status).toBe(422)
    expect((await client.patch(`${configMaps}/ice`, { metadata: { labels: { a: 'b' } } })).status).toBe(200)
  })

  it('serves events of both groups as one', async () => {
    const path = '/apis/events.k8s.io/v1/namespaces/default/events'
    await made(path, {
      metadata: { name: 'e' },
      regarding: { kind: 'Pod', name: 'p' },
      note: 'hello',
      eventTime: '2026-01-01T00:00:00.000000Z',
      action: 'A',
      reportingInstance: 'i',
      reportingController: 'c',
      reason: 'R',
      type: 'Normal',
    })
    expect((await client.get('/api/v1/namespaces/default/events/e')).body).toMatchObject({
      kind: 'Event',
      apiVersion: 'v1',
      involvedObject: { name: 'p' },
      message: 'hello',
      reportingComponent: 'c',
    })
    expect((await client.get(`${path}?fieldSelector=regarding.name=p`)).body.items).toHaveLength(1)
    expect((await client.get(`${path}/e`)).body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: { name: 'p' },
      note: 'hello',
      eventTime: '2026-01-01T00:00:00.000000Z',
      action: 'A',
      reportingInstance: 'i',
    })
  })

  it('demands of events what each group demands', async () => {
    const path = '/apis/events.k8s.io/v1/namespaces/default/events'
    const { body } = await client.post(path, {
      metadata: { name: 'poor' },
      regarding: { namespace: 'other' },
    })
    expect(body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
      'involvedObject.namespace',
      'eventTime',
      'type',
    ])
    const core = { metadata: { name: 'poor' }, involvedObject: { namespace: 'default' } }
    expect((await client.post('/api/v1/namespaces/default/events', core)).status).toBe(201)
  })

  it('does not let role bindings change their role', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings'
    await made(path, {
      metadata: { name: 'b' },
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [{ kind: 'User', name: 'u' }],
    })
    const answer = await client.patch(`${path}/b`, { roleRef: { name: 'other' } })
    expect(answer.body.message).toContain('cannot change roleRef')
  })
})

describe('paths', () => {
  it.each([
    ['/version', 200],
    ['/readyz', 200],
    ['/nothing', 404],
    ['/api/v2/pods', 404],
    ['/apis/none.example.com/v1/things', 404],
    ['/api/v1/namespaces/default/pods/x/nothing', 404],
    ['/api/v1/namespaces/default/nodes', 404],
  ])('%s answers %i', async (path, status) => {
    expect((await client.get(path)).status).toBe(status)
  })

  it('lists groups, resources and their subresources', async () => {
    expect((await client.get('/apis')).body.groups.map(({ name }: { name: string }) => name)).toContain(
      'apps',
    )
    const { resources } = (await client.get('/apis/apps/v1')).body
    expect(resources.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['deployments', 'deployments/status', 'deployments/scale']),
    )
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
    const aggregated = await client.get('/apis', { accept })
    expect(aggregated.body).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
    })
    expect(aggregated.headers['content-type']).toBe(
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    )
  })

  it('answers with tables, metadata or YAML when asked', async () => {
    const table = await client.get('/api/v1/namespaces', {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    })
    expect(table.body).toMatchObject({
      kind: 'Table',
      rows: expect.arrayContaining([expect.objectContaining({ cells: expect.arrayContaining(['default']) })]),
    })
    const partial = await client.get('/api/v1/namespaces/default', {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    })
    expect(partial.body).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'default' } })
    expect((await client.get('/api/v1/namespaces/default', { accept: 'application/yaml' })).text).toContain(
      'kind: Namespace',
    )
    expect((await client.get('/api/v1/namespaces/default', { accept: 'text/html' })).status).toBe(406)
  })

  it('refuses media types and methods it does not know', async () => {
    expect((await client.post(configMaps, 'x', { 'content-type': 'text/plain' })).body).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
    })
    expect((await client.post(`${configMaps}/c1`, {})).body).toMatchObject({
      code: 405,
      reason: 'MethodNotAllowed',
    })
  })

  it('takes YAML', async () => {
    const answer = await client.post(configMaps, 'metadata: {name: from-yaml}\ndata: {a: b}\n', {
      'content-type': 'application/yaml',
    })
    expect(answer.body).toMatchObject({ metadata: { name: 'from-yaml' }, data: { a: 'b' } })
  })
})

describe('who', () => {
  it('does not answer the anonymous', async () => {
    const anonymous = testClient(cluster, { anonymous: true })
    const answer = await anonymous.get('/api/v1/namespaces')
    expect(answer.body).toMatchObject({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
    await anonymous.close()
    const forged = testClient(cluster, { token: 'a.b.c' })
    expect((await forged.get('/api/v1/namespaces')).status).toBe(401)
    await forged.close()
  })

  it('speaks HTTP/2 as well', async () => {
    const second = testClient(cluster, { http2: true })
    expect((await second.get('/api/v1/namespaces/default')).body.metadata.name).toBe('default')
    expect((await second.post(configMaps, { metadata: { name: 'h2' } })).status).toBe(201)
    await second.close()
  })
})
