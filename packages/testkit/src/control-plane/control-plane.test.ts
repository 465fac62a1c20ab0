import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { eventually } from '../eventually.ts'
import { journalOf } from '../journal-of.ts'
import type { ClusterEvent } from '../cluster.ts'
import { sameState } from '../same-state.ts'
import { describeControlPlane } from '../testing/describe-control-plane.ts'
import { testClient } from '../testing/test-client.ts'
import type { ControlPlane, ControlPlaneCluster } from './control-plane.ts'
import { startControlPlane } from './start-control-plane.ts'
import { processesOf } from './test/processes-of.ts'
import { settled } from '../testing/settled.ts'

const configMap = { apiVersion: 'v1', kind: 'ConfigMap' }
const widget = { apiVersion: 'example.org/v1', kind: 'Widget' }
const widgetCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: ['v1', 'v1beta1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      subresources: { status: {} },
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
}

describeControlPlane('startControlPlane', () => {
  let folder = ''
  let controlPlane: ControlPlane
  let hub: ControlPlaneCluster
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'control-plane-test-'))
    vi.stubEnv('TMPDIR', folder)
    controlPlane = await startControlPlane({ clusters: ['hub', { name: 'c1', crds: [widgetCrd] }] })
    hub = controlPlane.cluster('hub')
  }, 240_000)
  afterAll(async () => {
    await controlPlane.stop()
    vi.unstubAllEnvs()
    expect(processesOf(folder)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
    rmSync(folder, { recursive: true })
  })

  it('gives clusters that know nothing of each other', async () => {
    await hub.apply({ ...configMap, metadata: { name: 'only-here' }, data: { a: '1' } })
    expect(await hub.get(configMap, { name: 'only-here' })).toMatchObject({ ...configMap, data: { a: '1' } })
    expect(await controlPlane.cluster('c1').get(configMap, { name: 'only-here' })).toBeUndefined()
    expect(() => controlPlane.cluster('c2')).toThrow('there is no cluster c2')
  })

  it('merges what is applied twice, and lists with kinds', async () => {
    await hub.apply({ ...configMap, metadata: { name: 'twice', labels: { a: 'b' } }, data: { a: '1' } })
    await hub.apply({ ...configMap, metadata: { name: 'twice' }, data: { b: '2' } })
    const listed = await hub.list(configMap, 'default')
    expect(listed.find(({ metadata }) => metadata.name === 'twice')).toMatchObject({
      ...configMap,
      metadata: { namespace: 'default', labels: { a: 'b' } },
      data: { a: '1', b: '2' },
    })
  })

  it('serves definitions when installCrds resolves, in every version, with their status', async () => {
    await hub.installCrds(widgetCrd)
    await hub.apply({ ...widget, metadata: { name: 'w' }, spec: { size: 1 }, status: { phase: 'Ready' } })
    const beta = { ...widget, apiVersion: 'example.org/v1beta1' }
    expect(await hub.get(beta, { name: 'w' })).toMatchObject({ ...beta, status: { phase: 'Ready' } })
    expect(await controlPlane.cluster('c1').list(widget)).toEqual([])
    await expect(hub.apply({ ...widget, kind: 'Gadget', metadata: { name: 'g' } })).rejects.toThrow(
      'no resource of example.org/v1 Gadget is served',
    )
  })

  it('lets in by client certificate, and asks RBAC', async () => {
    const bob = testClient(hub, { identity: { user: 'bob', groups: ['ops'] } })
    const nobody = testClient(hub, { anonymous: true })
    expect((await bob.get('/api/v1/secrets')).body).toMatchObject({
      code: 403,
      message: expect.stringContaining('User "bob" cannot list resource "secrets"'),
    })
    expect((await nobody.get('/api/v1/secrets')).status).toBe(401)
    await hub.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'ops' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ops' }],
    })
    await eventually(hub, async () => expect((await bob.get('/api/v1/configmaps')).status).toBe(200))
    await Promise.all([bob.close(), nobody.close()])
  })

  it('gives tokens of service accounts', async () => {
    const token = await hub.serviceAccountToken({ namespace: 'default', name: 'default' })
    const client = testClient(hub, { token })
    expect((await client.get('/api/v1/secrets')).body.message).toContain(
      'User "system:serviceaccount:default:default" cannot list',
    )
    await client.close()
    await expect(hub.serviceAccountToken({ namespace: 'default', name: 'nobody' })).rejects.toThrow(
      'there is no service account default/nobody in hub',
    )
  })

  it('keeps a journal of what others ask, as the in-memory server does', async () => {
    const carol = testClient(hub, { identity: { user: 'carol' } })
    const watch = testClient(hub)
    hub.requests.clear()
    await carol.post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'x' } })
    const open = await watch.watch('/api/v1/configmaps?resourceVersion=0')
    // the log is written after the answers
    const journal = await journalOf(hub)
    expect(journal.all()).toHaveLength(2)
    expect(journal.all()[0]).toMatchObject({
      verb: 'create',
      resource: 'configmaps',
      namespace: 'default',
      name: '',
      user: 'carol',
      userAgent: 'test',
      status: 403,
    })
    expect(journal.counts()).toEqual({ 'create configmaps': 1, 'watch configmaps': 1 })
    open.close()
    await Promise.all([carol.close(), watch.close()])
  })

  it('tells of changes of a kind, of any change, and waits for what they bring', async () => {
    const events: ClusterEvent[] = []
    const end = await hub.on(configMap, (event) => events.push(event))
    const waiting = hub.wait(async () => (await hub.get(configMap, { name: 'seen' }))?.['data'])
    const client = testClient(hub)
    const path = '/api/v1/namespaces/default/configmaps'
    await client.post(path, { metadata: { name: 'seen' }, data: { a: '1' } })
    expect(await waiting).toEqual({ a: '1' })
    await client.patch(`${path}/seen`, { data: { a: '2' } })
    await client.delete(`${path}/seen`)
    await eventually(hub, () => expect(events).toHaveLength(3))
    expect(events.map(({ type, object }) => [type, object.metadata.name, object['data']])).toEqual([
      ['ADDED', 'seen', { a: '1' }],
      ['MODIFIED', 'seen', { a: '2' }],
      ['DELETED', 'seen', { a: '2' }],
    ])
    end()
    await client.close()
  })

  it('has controllers: a namespace that is deleted goes with all in it', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace' }
    await hub.apply({ ...namespace, metadata: { name: 'app' } })
    await hub.apply({ ...configMap, metadata: { name: 'a', namespace: 'app' } })
    const client = testClient(hub)
    await client.delete('/api/v1/namespaces/app')
    await client.close()
    await eventually(hub, async () => expect(await hub.get(namespace, { name: 'app' })).toBeUndefined())
  })

  it('is the same state as itself when nothing happens, and tells what did', async () => {
    const before = await settled(hub)
    expect(Object.keys(before.tables)).toEqual(
      expect.arrayContaining([
        '/configmaps',
        'apiextensions.k8s.io/customresourcedefinitions',
        'example.org/widgets',
      ]),
    )
    await hub.apply({ ...configMap, metadata: { name: 'new' } })
    expect(sameState(before, await hub.snapshot()).map(({ object }) => object)).toEqual([
      'configmaps default/new',
    ])
  })

  it('forgets its history when it is told to', async () => {
    const client = testClient(hub)
    const first = await client.get('/api/v1/namespaces/default/configmaps?limit=1')
    await hub.apply({ ...configMap, metadata: { name: 'later' } })
    await hub.compact()
    const token = encodeURIComponent(first.body.metadata.continue)
    const next = await client.get(`/api/v1/namespaces/default/configmaps?limit=1&continue=${token}`)
    expect(next.body).toMatchObject({ code: 410, reason: 'Expired' })
    await client.close()
  })
})

describeControlPlane('a control plane that cannot be', () => {
  it('names the component and the cluster of a child that ended, with what it said', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'control-plane-test-'))
    const script = join(folder, 'kube-apiserver')
    writeFileSync(
      script,
      '#!/bin/sh\n[ "$1" != --version ] || { echo Kubernetes v1.35.4; exit; }\necho no such luck >&2\nexit 3\n',
      { mode: 0o755 },
    )
    vi.stubEnv('TEST_ASSET_KUBE_APISERVER', script)
    try {
      await expect(startControlPlane({ clusters: ['hub'] })).rejects.toMatchObject({
        code: 'ODFMO_CONTROL_PLANE_CHILD',
        message: 'kube-apiserver of hub ended by itself (exit code 3); its last lines:\nno such luck',
      })
    } finally {
      vi.unstubAllEnvs()
      rmSync(folder, { recursive: true })
    }
  })

  it('tells at every call, and at its stop, that a child had ended by itself', async () => {
    const controlPlane = await startControlPlane({ clusters: ['fragile'], controllers: false })
    const { url } = controlPlane.cluster('fragile')
    const [server = ''] = processesOf(`--secure-port=${new URL(url).port}`).filter(
      (line) => !line.endsWith('/bin/sh'),
    )
    process.kill(Number(server.split(' ')[0]), 'SIGKILL')
    await expect.poll(() => processesOf(`--secure-port=${new URL(url).port}`)).toEqual([])
    // and so does every call that nobody answers
    await expect(
      controlPlane.cluster('fragile').get({ apiVersion: 'v1', kind: 'Namespace' }, { name: 'default' }),
    ).rejects.toThrow(/^kube-apiserver of fragile ended by itself/)
    await expect(controlPlane.stop()).rejects.toThrow(
      /^kube-apiserver of fragile ended by itself \(exit code 137\)/,
    )
  })

  it.each([
    [['a b'], 'got "a b"'],
    [['hub', 'hub'], 'hub is there twice'],
  ])('refuses the names %j', async (clusters, message) => {
    await expect(startControlPlane({ clusters })).rejects.toThrow(message)
  })

  it('tells when it was not ready in time, and leaves nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'control-plane-test-'))
    vi.stubEnv('TMPDIR', folder)
    try {
      await expect(startControlPlane({ clusters: ['slow'], startTimeoutMs: 1 })).rejects.toMatchObject({
        code: 'ODFMO_CONTROL_PLANE_TIMEOUT',
      })
      expect(processesOf(folder)).toEqual([])
      expect(readdirSync(folder)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
      rmSync(folder, { recursive: true })
    }
  })
})
