import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestCluster } from '@odfmo/testkit'
import { describe, expect, it } from 'vitest'
import {
  clientWith,
  configMaps,
  identityOf,
  journalOf,
  temporaryFolder,
  writeKubeconfig,
} from '../../test/clients.ts'
import { eachOnAnyCluster } from '../../test/each-client.ts'
import { startRelay } from '../../test/relay.ts'
import { Credentials } from './credentials.ts'
import { identitySource } from './identity.ts'
import { KubeClient } from './kube-client.ts'
import { isForbidden } from './kube-error.ts'

const key = { namespace: 'default', name: 'a' }

describe('credentials', () => {
  const each = eachOnAnyCluster()

  const grant = (user: string) =>
    each.cluster.apply(
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
    const kubeconfig = await writeKubeconfig(folder.path, each.cluster, { user: 'old' })
    const states: boolean[] = []
    const credentials = await Credentials.load({ kubeconfig })
    credentials.onChange(({ ok }) => states.push(ok))
    const rotating = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    await rotating.list(configMaps)

    const next = identityOf(each.cluster, { user: 'new' })
    await writeFile(join(folder.path, 'tls.crt'), next.cert)
    await credentials.reread()
    expect(credentials.state).toMatchObject({ ok: false, why: expect.stringContaining('cannot be used') })
    await rotating.list(configMaps)

    await writeFile(join(folder.path, 'tls.key'), next.key)
    await credentials.reread()
    expect(credentials.state).toEqual({ ok: true })
    await rotating.list(configMaps)
    expect(
      (await journalOf(each.cluster)).all({ verb: 'list', resource: 'configmaps' }).map(({ user }) => user),
    ).toEqual(['old', 'old', 'new'])
    expect(states).toEqual([false, true])
    await rotating.close()
    await folder.remove()
  })

  it('are not taken over when they name another server or another CA', async () => {
    const other = await startTestCluster({ name: 'other' })
    const folder = await temporaryFolder()
    const kubeconfig = await writeKubeconfig(folder.path, each.cluster, { user: 'old' })
    const credentials = await Credentials.load({ kubeconfig })
    const before = credentials.current

    await writeKubeconfig(folder.path, other, { user: 'old' })
    await credentials.reread()
    expect(credentials.current).toBe(before)
    expect(credentials.state).toEqual({
      ok: false,
      why: `the files name another server (${other.url}/, not ${each.cluster.url}/): a restart is needed`,
    })

    await writeKubeconfig(folder.path, each.cluster, { user: 'old' })
    await writeFile(join(folder.path, 'ca.crt'), other.ca)
    await credentials.reread()
    expect(credentials.state).toMatchObject({ ok: false, why: expect.stringContaining('another CA') })
    expect(credentials.current).toBe(before)

    // A CA that is rotated is trusted beside its successor first.
    await writeFile(join(folder.path, 'ca.crt'), `${each.cluster.ca}\n${other.ca}`)
    await credentials.reread()
    expect(credentials.state).toEqual({ ok: true })
    expect(credentials.current.ca).toContain(other.ca)
    await folder.remove()
    await other.stop()
  })

  it('go with a server whose certificate comes from another CA, when both are trusted first', async () => {
    const other = await startTestCluster({ name: 'other' })
    const folder = await temporaryFolder()
    const relay = await startRelay(each.cluster.url)
    const admin = { groups: ['system:masters'] }
    const kubeconfig = await writeKubeconfig(folder.path, { ...each.cluster, url: relay.url }, admin)
    const credentials = await Credentials.load({ kubeconfig })
    const client = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    await client.list(configMaps)
    // The client's own certificate is of the new CA too: here that is another server.
    const own = identityOf(other, admin)
    relay.leadTo(other.url)
    await expect(client.list(configMaps)).rejects.toMatchObject({ status: 0 })
    await Promise.all([
      writeFile(join(folder.path, 'ca.crt'), `${each.cluster.ca}\n${other.ca}`),
      writeFile(join(folder.path, 'tls.crt'), own.cert),
      writeFile(join(folder.path, 'tls.key'), own.key),
    ])
    await credentials.reread()
    await client.list(configMaps)
    await client.close()
    await relay.stop()
    await folder.remove()
    await other.stop()
  })

  it('are followed on disk', async () => {
    const folder = await temporaryFolder()
    const kubeconfig = await writeKubeconfig(folder.path, each.cluster, { user: 'old' })
    const credentials = await Credentials.load({ kubeconfig }, { pollMs: 60_000 })
    const changed = new Promise<void>((resolve) => credentials.onChange(({ ok }) => ok && resolve()))
    const before = credentials.current
    const stop = new AbortController()
    const following = credentials.follow(stop.signal)
    await writeKubeconfig(folder.path, each.cluster, { user: 'new' })
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
    await each.cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'default', name: 'robot' },
    })
    const credentials = await Credentials.load({
      access: { server: each.cluster.url, ca: { value: each.cluster.ca }, token: { file } },
    })
    const robot = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    await expect(robot.get(configMaps, key)).rejects.toMatchObject({ status: 401 })
    await writeFile(file, await each.cluster.serviceAccountToken({ namespace: 'default', name: 'robot' }))
    await expect(robot.get(configMaps, key)).rejects.toSatisfy(isForbidden)
    await robot.close()
    await folder.remove()
  })

  it('are those of the pod in a cluster', async () => {
    const folder = await temporaryFolder()
    await each.cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'default', name: 'robot' },
    })
    await Promise.all([
      writeFile(join(folder.path, 'ca.crt'), each.cluster.ca),
      writeFile(join(folder.path, 'namespace'), 'default\n'),
      writeFile(
        join(folder.path, 'token'),
        await each.cluster.serviceAccountToken({ namespace: 'default', name: 'robot' }),
      ),
    ])
    const { hostname, port } = new URL(each.cluster.url)
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
    const credentials = await Credentials.load({ inCluster: { env, folder: folder.path } })
    const robot = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials })
    expect(robot.namespace).toBe('default')
    await expect(robot.get(configMaps, key)).rejects.toSatisfy(isForbidden)
    expect((await journalOf(each.cluster)).all({ user: 'system:serviceaccount:default:robot' })).toHaveLength(
      1,
    )
    await robot.close()
    await folder.remove()
  })

  it('act as somebody else, who is told to the server whole', async () => {
    const { cert, key: own, ca } = identityOf(each.cluster)
    const extra = { 'example.com/scopes': ['a', 'b'] }
    const somebody = await clientWith({
      ...{ server: each.cluster.url, ca: { value: ca }, cert: { value: cert }, key: { value: own } },
      impersonate: { user: 'bob', uid: '7', groups: ['one', 'two'], extra },
    })
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const answer = JSON.parse(await somebody.raw('POST', path, { body })) as { status: { userInfo: object } }
    expect(answer.status.userInfo).toMatchObject({
      ...{ username: 'bob', uid: '7', extra },
      groups: expect.arrayContaining(['one', 'two']),
    })
    await expect(somebody.get(configMaps, key)).rejects.toThrow('User "bob" cannot get')
    await somebody.close()
  })

  it.each([
    ['/flag', { KUBECONFIG: '/env' }, { kubeconfig: '/flag' }],
    [undefined, { KUBECONFIG: '/one:/two' }, { kubeconfig: ['/one', '/two'] }],
    ['', { KUBECONFIG: '' }, { inCluster: { env: { KUBECONFIG: '' } } }],
  ])('are looked for in the usual order: flag %j, environment %j', (flag, env, source) => {
    expect(identitySource(flag, env)).toEqual(source)
  })
})
