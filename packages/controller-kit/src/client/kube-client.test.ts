import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startCluster, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  clientOf,
  clientWith,
  configMaps,
  namespaces,
  secrets,
  temporaryFolder,
  widgetDefinition,
  widgets,
  writeKubeconfig,
} from '../../test/clients.ts'
import { Credentials } from './credentials.ts'
import { identitySource } from './identity.ts'
import { KubeClient } from './kube-client.ts'
import {
  isAlreadyExists,
  isConflict,
  isForbidden,
  isHeld,
  isInvalid,
  isNotFound,
  KubeError,
} from './kube-error.ts'

let cluster: Cluster
let client: KubeClient
const key = { namespace: 'default', name: 'a' }

beforeEach(async () => {
  cluster = await startCluster({ name: 'hub' })
  client = await clientOf(cluster)
})

afterEach(async () => {
  await client.close()
  await cluster.stop()
})

describe('KubeClient', () => {
  it('creates, reads, updates, patches and deletes, and loses no field it does not know', async () => {
    await cluster.installCrds(widgetDefinition)
    const made = await client.create(widgets, {
      metadata: key,
      spec: { unknown: { deep: [1, { x: null }] } },
    })
    expect(made).toMatchObject({
      apiVersion: 'test.io/v1',
      kind: 'Widget',
      spec: { unknown: { deep: [1, { x: null }] } },
    })
    const updated = await client.update(widgets, { ...made, spec: { ...made.spec, more: true } })
    expect(updated.spec).toEqual({ unknown: { deep: [1, { x: null }] }, more: true })
    await client.patch(widgets, key, 'merge', { spec: { more: null } })
    await client.patch(widgets, key, 'json', [{ op: 'add', path: '/spec/json', value: 1 }])
    await client.patch(widgets, key, 'merge', { status: { phase: 'Ready' } }, { subresource: 'status' })
    expect(await client.get(widgets, key)).toMatchObject({
      spec: { unknown: { deep: [1, { x: null }] }, json: 1 },
      status: { phase: 'Ready' },
    })
    expect(await client.delete(widgets, key)).toBeUndefined()
    await expect(client.get(widgets, key)).rejects.toSatisfy(isNotFound)
  })

  it('answers the object while finalizers hold it', async () => {
    await client.create(configMaps, { metadata: { ...key, finalizers: ['test.io/hold'] } })
    const held = await client.delete(configMaps, key)
    expect(held?.metadata.deletionTimestamp).toBeDefined()
    await client.patch(configMaps, key, 'merge', { metadata: { finalizers: null } })
    await expect(client.get(configMaps, key)).rejects.toSatisfy(isNotFound)
  })

  it('tells refusals apart', async () => {
    const made = await client.create(configMaps, { metadata: key })
    await expect(client.create(configMaps, { metadata: key })).rejects.toSatisfy(isAlreadyExists)
    await client.patch(configMaps, key, 'merge', { data: { a: '1' } })
    await expect(client.update(configMaps, made)).rejects.toSatisfy(isConflict)
    await expect(client.delete(configMaps, key, { uid: 'other' })).rejects.toSatisfy(isConflict)
    await expect(client.create(configMaps, { metadata: { ...key, name: 'Not A Name' } })).rejects.toSatisfy(
      isInvalid,
    )
  })

  it('writes nothing on a dry run', async () => {
    await client.create(configMaps, { metadata: key }, { dryRun: true })
    expect(cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)).toBeUndefined()
  })

  it('lists in pages, with apiVersion and kind on every item', async () => {
    for (const name of ['a', 'b', 'c'])
      await client.create(configMaps, { metadata: { ...key, name, labels: { t: 'x' } } })
    const first = await client.list(configMaps, { labelSelector: 't=x', limit: 2 })
    expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b'])
    expect(first.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' })
    const rest = await client.list(configMaps, {
      labelSelector: 't=x',
      limit: 2,
      continue: first.metadata.continue,
    })
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['c'])
  })

  it('fetches metadata only when asked', async () => {
    await client.create(configMaps, { metadata: key, data: { a: '1' } })
    const { items } = await client.list(configMaps, { namespace: 'default', metadataOnly: true })
    expect(items.find(({ metadata }) => metadata.name === 'a')).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: expect.objectContaining({ name: 'a' }),
    })
  })

  it('deletes collections by label', async () => {
    await client.create(configMaps, { metadata: { ...key, labels: { t: 'x' } } })
    await client.create(configMaps, { metadata: { ...key, name: 'b' } })
    await client.deleteCollection(configMaps, { namespace: 'default', labelSelector: 't=x' })
    await expect(client.get(configMaps, key)).rejects.toSatisfy(isNotFound)
    await client.get(configMaps, { ...key, name: 'b' })
  })

  it('says who it is, over few connections', async () => {
    await Promise.all(Array.from({ length: 50 }, () => client.list(namespaces)))
    const requests = cluster.requests.all({ resource: 'namespaces', verb: 'list' })
    expect(requests).toHaveLength(50)
    expect(new Set(requests.map(({ userAgent }) => userAgent))).toEqual(new Set(['odfmo-test/1.0']))
  })
})

describe('watch', () => {
  it('tells every change from a version on, until the caller leaves', async () => {
    const { metadata } = await client.list(configMaps, { namespace: 'default' })
    const seen: string[] = []
    for await (const { type, object } of client.watch(configMaps, {
      namespace: 'default',
      resourceVersion: metadata.resourceVersion,
      onOpen: () => {
        void client
          .create(configMaps, { metadata: key, data: { text: 'ä€𝄞'.repeat(20_000) } })
          .then(() => client.patch(configMaps, key, 'merge', { data: { b: '2' } }))
          .then(() => client.delete(configMaps, key))
      },
    })) {
      if (type === 'BOOKMARK') continue
      seen.push(`${type} ${object.kind} ${object.metadata.name}`)
      if (type === 'DELETED') break
    }
    expect(seen).toEqual(['ADDED ConfigMap a', 'MODIFIED ConfigMap a', 'DELETED ConfigMap a'])
  })

  it('throws 410 when the history is gone', async () => {
    for (let i = 0; i < 5; i++) await client.create(configMaps, { metadata: { ...key, name: `n${i}` } })
    cluster.faults.compactHistory()
    const watching = client.watch(configMaps, { resourceVersion: '1' }).next()
    await expect(watching).rejects.toMatchObject({ status: 410 })
  })

  it('ends with the signal’s reason', async () => {
    const stop = new AbortController()
    const watching = client.watch(configMaps, {
      signal: stop.signal,
      onOpen: () => stop.abort(new Error('enough')),
    })
    await expect(
      (async () => {
        for await (const _ of watching);
      })(),
    ).rejects.toThrow('enough')
  })

  it('throws when the connection is cut', async () => {
    const watching = client.watch(configMaps, {
      resourceVersion: '1',
      onOpen: () => setTimeout(() => cluster.faults.partition(), 20),
    })
    await expect(
      (async () => {
        for await (const _ of watching);
      })(),
    ).rejects.toSatisfy((error) => error instanceof KubeError && error.status === 0)
  })
})

describe('trouble', () => {
  it('asks again when told when, and writes once', async () => {
    cluster.faults.add({
      match: { verb: 'create', resource: 'configmaps' },
      fault: { kind: 'status', code: 429, retryAfterSeconds: 1 },
      times: 1,
    })
    await client.create(configMaps, { metadata: key })
    expect(
      cluster.requests.all({ verb: 'create', resource: 'configmaps' }).map(({ status }) => status),
    ).toEqual([429, 201])
  })

  it('reads again after a reset, but does not write again', async () => {
    const made = await client.create(configMaps, { metadata: key })
    cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'reset', when: 'after' }, times: 1 })
    expect(await client.get(configMaps, key)).toEqual(made)
    cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'cut' }, times: 1 })
    expect(await client.get(configMaps, key)).toEqual(made)
    cluster.faults.add({ match: { verb: 'patch' }, fault: { kind: 'reset', when: 'after' }, times: 1 })
    await expect(client.patch(configMaps, key, 'merge', { data: { a: '1' } })).rejects.toMatchObject({
      status: 0,
    })
    expect(cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, key)).toMatchObject({ data: { a: '1' } })
    expect(cluster.requests.all({ verb: 'patch' })).toHaveLength(1)
  })

  it('asks whether it may before every try of a write', async () => {
    cluster.faults.add({
      match: { verb: 'create', resource: 'configmaps' },
      fault: { kind: 'status', code: 429, retryAfterSeconds: 1 },
      times: 1,
    })
    let asked = 0
    const mayStart = (): boolean => (asked += 1) === 1
    await expect(client.create(configMaps, { metadata: key }, { mayStart })).rejects.toSatisfy(isHeld)
    expect(asked).toBe(2)
    await expect(client.delete(configMaps, key, { mayStart: () => false })).rejects.toSatisfy(isHeld)
    expect(cluster.requests.all({ resource: 'configmaps' }).map(({ status }) => status)).toEqual([429])
  })

  it('waits no longer than told', async () => {
    const hasty = await clientOf(cluster, undefined, { timeoutMs: 100 })
    cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'delay', ms: 2000 } })
    await expect(hasty.get(configMaps, key)).rejects.toThrow('no answer within 0.1 s')
    await hasty.close()
  })

  it('throws the reason of a signal as it is', async () => {
    cluster.faults.add({ match: { verb: 'get' }, fault: { kind: 'delay', ms: 2000 } })
    const stop = new AbortController()
    const reading = client.get(configMaps, key, { signal: stop.signal })
    stop.abort(new Error('stopping'))
    await expect(reading).rejects.toThrow('stopping')
  })

  it('quotes no Secret in an error', async () => {
    const data = { token: 'bm90IGJhc2U2NA%%' }
    const error: unknown = await client
      .create(secrets, { metadata: key, data })
      .catch((refusal: unknown) => refusal)
    expect(error).toBeInstanceOf(KubeError)
    expect(JSON.stringify([(error as KubeError).message, (error as KubeError).details])).not.toContain('bm90')
  })

  it('names the cluster that cannot be reached', async () => {
    const nobody = await clientWith({ server: 'https://127.0.0.1:1' })
    await expect(nobody.get(configMaps, key)).rejects.toThrow(
      /get configmaps default\/a in cluster hub: .*ECONNREFUSED/,
    )
    await nobody.close()
  })
})

describe('credentials', () => {
  const grant = (user: string) =>
    cluster.apply(
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'reader' },
        rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: user },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      },
    )

  it('are taken over when the certificate is rotated, and not when it does not fit its key', async () => {
    const folder = await temporaryFolder()
    await Promise.all([grant('old'), grant('new')])
    const kubeconfig = await writeKubeconfig(folder.path, cluster, { user: 'old' })
    const states: boolean[] = []
    const credentials = await Credentials.load({ kubeconfig })
    credentials.onChange(({ ok }) => states.push(ok))
    const rotating = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    await rotating.list(configMaps)

    const next = cluster.credentials({ user: 'new' })
    await writeFile(join(folder.path, 'tls.crt'), next.cert)
    await credentials.reread()
    expect(credentials.state).toMatchObject({ ok: false, why: expect.stringContaining('cannot be used') })
    await rotating.list(configMaps)

    await writeFile(join(folder.path, 'tls.key'), next.key)
    await credentials.reread()
    expect(credentials.state).toEqual({ ok: true })
    await rotating.list(configMaps)
    expect(cluster.requests.all({ verb: 'list', resource: 'configmaps' }).map(({ user }) => user)).toEqual([
      'old',
      'old',
      'new',
    ])
    expect(states).toEqual([false, true])
    await rotating.close()
    await folder.remove()
  })

  it('are not taken over when they name another server or another CA', async () => {
    const other = await startCluster({ name: 'other' })
    const folder = await temporaryFolder()
    const kubeconfig = await writeKubeconfig(folder.path, cluster, { user: 'old' })
    const credentials = await Credentials.load({ kubeconfig })
    const before = credentials.current

    await writeKubeconfig(folder.path, other, { user: 'old' })
    await credentials.reread()
    expect(credentials.current).toBe(before)
    expect(credentials.state).toEqual({
      ok: false,
      why: `the files name another server (${other.url}/, not ${cluster.url}/): a restart is needed`,
    })

    await writeKubeconfig(folder.path, cluster, { user: 'old' })
    await writeFile(join(folder.path, 'ca.crt'), other.ca)
    await credentials.reread()
    expect(credentials.state).toMatchObject({ ok: false, why: expect.stringContaining('another CA') })
    expect(credentials.current).toBe(before)

    // A CA that is rotated is trusted beside its successor first.
    await writeFile(join(folder.path, 'ca.crt'), `${cluster.ca}\n${other.ca}`)
    await credentials.reread()
    expect(credentials.state).toEqual({ ok: true })
    expect(credentials.current.ca).toContain(other.ca)
    await folder.remove()
    await other.stop()
  })

  it('are followed on disk', async () => {
    const folder = await temporaryFolder()
    const kubeconfig = await writeKubeconfig(folder.path, cluster, { user: 'old' })
    const credentials = await Credentials.load({ kubeconfig }, { pollMs: 60_000 })
    const changed = new Promise<void>((resolve) => credentials.onChange(({ ok }) => ok && resolve()))
    const before = credentials.current
    const stop = new AbortController()
    const following = credentials.follow(stop.signal)
    await writeKubeconfig(folder.path, cluster, { user: 'new' })
    await changed
    expect(credentials.current).not.toBe(before)
    stop.abort()
    await following
    await folder.remove()
  })

  it('are read again when the server does not know the token any more', async () => {
    const folder = await temporaryFolder()
    const file = join(folder.path, 'token')
    await writeFile(file, 'stale')
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'default', name: 'robot' },
    })
    const credentials = await Credentials.load({
      access: { server: cluster.url, ca: { value: cluster.ca }, token: { file } },
    })
    const robot = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    await expect(robot.get(configMaps, key)).rejects.toMatchObject({ status: 401 })
    await writeFile(file, cluster.serviceAccountToken({ namespace: 'default', name: 'robot' }))
    await expect(robot.get(configMaps, key)).rejects.toSatisfy(isForbidden)
    await robot.close()
    await folder.remove()
  })

  it('are those of the pod in a cluster', async () => {
    const folder = await temporaryFolder()
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'default', name: 'robot' },
    })
    await Promise.all([
      writeFile(join(folder.path, 'ca.crt'), cluster.ca),
      writeFile(join(folder.path, 'namespace'), 'default\n'),
      writeFile(
        join(folder.path, 'token'),
        cluster.serviceAccountToken({ namespace: 'default', name: 'robot' }),
      ),
    ])
    const { hostname, port } = new URL(cluster.url)
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    const credentials = await Credentials.load({ inCluster: { env, folder: folder.path } })
    const robot = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    expect(robot.namespace).toBe('default')
    await expect(robot.get(configMaps, key)).rejects.toSatisfy(isForbidden)
    expect(cluster.requests.all({ user: 'system:serviceaccount:default:robot' })).toHaveLength(1)
    await robot.close()
    await folder.remove()
  })

  it.each([
    ['/flag', { KUBECONFIG: '/env' }, { kubeconfig: '/flag' }],
    [undefined, { KUBECONFIG: '/one:/two' }, { kubeconfig: ['/one', '/two'] }],
    ['', { KUBECONFIG: '' }, { inCluster: { env: { KUBECONFIG: '' } } }],
  ])('are looked for in the usual order: flag %j, environment %j', (flag, env, source) => {
    expect(identitySource(flag, env)).toEqual(source)
  })
})
