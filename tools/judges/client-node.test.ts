import { EventEmitter, once } from 'node:events'
import {
  ApiException,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  Health,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  V1MicroTime,
  VersionApi,
  Watch,
} from '@kubernetes/client-node'
import type { KubernetesObject, V1ConfigMap } from '@kubernetes/client-node'
import { eventually, startCluster, startTestCluster } from '@odfmo/testkit'
import type { Cluster } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const widgets = { group: 'judge.example.com', version: 'v1', plural: 'widgets' }

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.judge.example.com' },
  spec: {
    group: widgets.group,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer', default: 1 } } },
              status: { type: 'object', properties: { ready: { type: 'boolean' } } },
            },
          },
        },
      },
    ],
  },
}

const codeOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined

/** The first events of a watch of ConfigMaps, with the names of their objects or the code of what came instead. */
const follow = async (
  config: KubeConfig,
  namespace: string,
  query: Record<string, string | undefined>,
  count: number,
): Promise<string[]> => {
  const seen: string[] = []
  await new Promise<void>((resolve, reject) => {
    const request = new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      query,
      (phase, object: KubernetesObject & { code?: number }) => {
        seen.push(`${phase} ${object.metadata?.name ?? object.code ?? ''}`)
        if (seen.length === count) void request.then((controller) => controller.abort())
      },
      (error: unknown) => (seen.length === count ? resolve() : reject(error)),
    )
    request.catch(reject)
  })
  return seen
}

describe('@kubernetes/client-node', () => {
  let cluster: Cluster
  let config: KubeConfig
  let namespaces = 0

  beforeAll(async () => {
    cluster = await startTestCluster({ crds: [definition] })
    config = configOf()
  })
  afterAll(async () => cluster.stop())

  const configOf = (user?: string): KubeConfig => {
    const made = new KubeConfig()
    made.loadFromString(cluster.kubeconfig(user === undefined ? undefined : { user }))
    return made
  }

  const newNamespace = async (): Promise<string> => {
    const name = `judge-${++namespaces}`
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    return name
  }

  it('its informer hears of what is there and of every change', async () => {
    const namespace = await newNamespace()
    const core = config.makeApiClient(CoreV1Api)
    const write = (n: string): V1ConfigMap => ({ metadata: { name: 'a', labels: { app: 'x' } }, data: { n } })
    await core.createNamespacedConfigMap({ namespace, body: write('1') })
    const labelSelector = 'app=x'
    const informer = makeInformer(
      config,
      `/api/v1/namespaces/${namespace}/configmaps`,
      () => core.listNamespacedConfigMap({ namespace, labelSelector }),
      labelSelector,
    )
    const heard: string[] = []
    const bell = new EventEmitter()
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, ({ data }: V1ConfigMap) => {
        heard.push(`${verb} ${data?.['n'] ?? ''}`)
        bell.emit('heard')
      })
    const heardOf = async (count: number): Promise<void> => {
      while (heard.length < count) await once(bell, 'heard')
    }
    onTestFinished(() => informer.stop())
    await informer.start()
    await heardOf(1)
    await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: write('2') })
    await heardOf(2)
    expect(informer.get('a', namespace)?.data).toEqual({ n: '2' })
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' })
    await heardOf(3)
    expect(heard).toEqual(['add 1', 'update 2', 'delete 2'])
    expect(informer.list(namespace)).toEqual([])
  })

  it('its watch goes on from a version, in order', async () => {
    const namespace = await newNamespace()
    const core = config.makeApiClient(CoreV1Api)
    const { metadata } = await core.listNamespacedConfigMap({ namespace, labelSelector: 'of=watch' })
    for (const name of ['a', 'b'])
      await core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name, labels: { of: 'watch' } } },
      })
    const from = { resourceVersion: metadata?.resourceVersion, labelSelector: 'of=watch' }
    expect(await follow(config, namespace, from, 2)).toEqual(['ADDED a', 'ADDED b'])
  })

  it('its watch is told when its version is forgotten (a history that can be forgotten at will: in memory)', async () => {
    const own = await startCluster()
    onTestFinished(() => own.stop())
    own.faults.compactHistory()
    const ownConfig = new KubeConfig()
    ownConfig.loadFromString(own.kubeconfig())
    expect(await follow(ownConfig, 'default', { resourceVersion: '1' }, 1)).toEqual(['ERROR 410'])
  })

  it('its object API creates, reads, patches in four ways, replaces, lists and deletes objects of any kind', async () => {
    const namespace = await newNamespace()
    const objects = KubernetesObjectApi.makeApiClient(config)
    const header = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace } }
    type Mapped = V1ConfigMap & { metadata: { name: string; namespace: string } }
    await objects.create<Mapped>({ ...header, data: { one: '1' } })
    for (const strategy of [PatchStrategy.MergePatch, PatchStrategy.StrategicMergePatch])
      await objects.patch<Mapped>(
        { ...header, data: { [strategy === PatchStrategy.MergePatch ? 'two' : 'three']: '1' } },
        undefined,
        undefined,
        undefined,
        undefined,
        strategy,
      )
    const applied = await objects.patch<Mapped>(
      { ...header, data: { four: '1' } },
      undefined,
      undefined,
      'judge',
      true,
      PatchStrategy.ServerSideApply,
    )
    expect(applied.data).toEqual({ one: '1', two: '1', three: '1', four: '1' })
    const read = await objects.read<Mapped>(header)
    const replaced = await objects.replace<Mapped>({ ...read, data: { five: '1' } })
    expect(replaced.data).toEqual({ five: '1' })
    const stale = objects.replace<Mapped>({ ...read, data: { six: '1' } })
    await expect(stale.catch(codeOf)).resolves.toBe(409)
    const { items } = await objects.list<Mapped>('v1', 'ConfigMap', namespace)
    expect(items.map(({ metadata }) => metadata.name)).toContain('a')
    await objects.delete(header)
    await expect(objects.read<Mapped>(header).catch(codeOf)).resolves.toBe(404)
  })

  it('its custom objects have defaults, a status of their own, and are refused when they are wrong', async () => {
    const namespace = await newNamespace()
    const custom = config.makeApiClient(CustomObjectsApi)
    const at = { ...widgets, namespace }
    const body = { apiVersion: 'judge.example.com/v1', kind: 'Widget', metadata: { name: 'w' } }
    await custom.createNamespacedCustomObject({ ...at, body: { ...body, spec: {} } })
    const status = { ready: true }
    await custom.patchNamespacedCustomObjectStatus(
      { ...at, name: 'w', body: [{ op: 'add', path: '/status', value: status }] },
      undefined,
    )
    await expect(custom.getNamespacedCustomObject({ ...at, name: 'w' })).resolves.toMatchObject({
      spec: { size: 1 },
      status,
    })
    const wrong = { ...body, metadata: { name: 'x' }, spec: { size: 'big' } }
    await expect(custom.createNamespacedCustomObject({ ...at, body: wrong }).catch(codeOf)).resolves.toBe(422)
  })

  it('a user may what roles say, by certificate and by token', async () => {
    const namespace = await newNamespace()
    await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace } })
    const core = config.makeApiClient(CoreV1Api)
    const { status } = await core.createNamespacedServiceAccountToken({
      namespace,
      name: 'robot',
      body: { spec: { audiences: [], expirationSeconds: 3600 } },
    })
    const robot = new KubeConfig()
    robot.loadFromClusterAndUser(
      {
        name: 'c',
        server: cluster.url,
        caData: Buffer.from(cluster.ca).toString('base64'),
        skipTLSVerify: false,
      },
      { name: 'robot', token: status?.token ?? '' },
    )
    const who = await robot.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} })
    expect(who.status?.userInfo?.username).toBe(`system:serviceaccount:${namespace}:robot`)
    const jane = configOf('jane')
    for (const each of [robot, jane]) {
      const listed = each.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace })
      await expect(listed.catch(codeOf)).resolves.toBe(403)
    }
    await cluster.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'viewers', namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [
        { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' },
        { kind: 'ServiceAccount', name: 'robot', namespace },
      ],
    })
    for (const each of [robot, jane])
      await eventually(cluster, async () => {
        const review = await each.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
          body: { spec: { resourceAttributes: { namespace, verb: 'list', resource: 'secrets' } } },
        })
        expect(review.status?.allowed).toBe(true)
      })
  })

  it('times with microseconds come back as they went', async () => {
    const namespace = await newNamespace()
    const leases = config.makeApiClient(CoordinationV1Api)
    const renewTime = new V1MicroTime('2026-01-02T03:04:05.678Z')
    await leases.createNamespacedLease({
      namespace,
      body: { metadata: { name: 'l' }, spec: { holderIdentity: 'me', renewTime } },
    })
    const read = await leases.readNamespacedLease({ namespace, name: 'l' })
    expect(JSON.stringify(read.spec?.renewTime)).toBe('"2026-01-02T03:04:05.678000Z"')
  })

  it('the server says its version and that it is ready', async () => {
    const version = await config.makeApiClient(VersionApi).getCode()
    expect(version.gitVersion).toMatch(/^v1\.\d+\.\d+/)
    await expect(new Health(config).readyz({})).resolves.toBe(true)
  })
})
