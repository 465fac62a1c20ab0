import { kinds, type ConsolePlugin, type Service } from '@odfmo/api-types'
import type { Kind, ObjectKey } from '@odfmo/api-types/meta'
import { eventually } from '@odfmo/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consolePlugin } from './console-plugin.ts'
import { consoleKey, pluginKey } from './console-place.ts'
import { consoleService } from './console-service.ts'
import { consoleDeployment, find, key, namespace, writesOf } from './test/console-cluster.ts'
import { consoleCrd } from './test/console-crd.ts'
import { consoleScene, type ConsoleScene } from './test/console-scene.ts'
import { golden } from './test/golden.ts'

const place = { namespace, port: 9001 }
const other = { name: 'other', namespace, port: 80 }
let scene: ConsoleScene
const begin = async (): Promise<void> => {
  scene = await consoleScene(consoleCrd('v1', 'v1alpha1'))
  await scene.cluster.apply(consoleDeployment)
}
const end = (): Promise<void> => scene.end()

const edit = async (kind: Kind, of: ObjectKey, patch: object): Promise<void> =>
  void (await scene.admin.patch(kind, of, 'merge', patch))

describe('what is edited by hand', () => {
  beforeAll(async () => {
    await begin()
    await scene.start()
    await scene.isSetUp()
  })
  afterAll(end)

  it.each<[string, Kind, ObjectKey, object]>([
    ['port', kinds.Service, key, { spec: { ports: [{ name: 'x', port: 80, targetPort: 8080 }] } }],
    ['label', kinds.Service, key, { metadata: { labels: { 'app.kubernetes.io/name': 'x' } } }],
    ['selector', kinds.Service, key, { spec: { selector: { 'app.kubernetes.io/name': 'x' } } }],
    ['one selector more', kinds.Service, key, { spec: { selector: { app: 'x' } } }],
    ['type', kinds.Service, key, { spec: { type: 'NodePort' } }],
    [
      'the annotation that asks for the certificate',
      kinds.Service,
      key,
      { metadata: { annotations: { 'service.alpha.openshift.io/serving-cert-secret-name': null } } },
    ],
    ['the name shown', kinds.ConsolePlugin, pluginKey, { spec: { displayName: 'x' } }],
    ['the backend', kinds.ConsolePlugin, pluginKey, { spec: { backend: { service: other } } }],
    ['no proxy', kinds.ConsolePlugin, pluginKey, { spec: { proxy: null } }],
    [
      'a proxy more, which users’ tokens would go to',
      kinds.ConsolePlugin,
      pluginKey,
      {
        spec: {
          proxy: [
            ...(consolePlugin(place).spec?.proxy ?? []),
            { alias: 'x', authorization: 'UserToken', endpoint: { type: 'Service', service: other } },
          ],
        },
      },
    ],
  ])('%s is set back', async (_what, kind, of, patch) => {
    const before = await find(scene.cluster, kind, of)
    await edit(kind, of, patch)
    await eventually(scene.cluster, async () => {
      const live = await find<Service | ConsolePlugin>(scene.cluster, kind, of)
      const wanted = kind === kinds.Service ? consoleService(place) : consolePlugin(place)
      expect(live?.metadata.resourceVersion).not.toBe(before?.metadata.resourceVersion)
      expect(live).toMatchObject(wanted)
      // With what is not given, nothing more is matched: a selector has to be this one alone.
      if (wanted.spec !== undefined && 'selector' in wanted.spec)
        expect((live as Service).spec?.selector).toEqual(wanted.spec.selector)
    })
  })

  it('what others add beside it stays', async () => {
    const metadata = { labels: { theirs: 'a' }, annotations: { theirs: 'b' } }
    await edit(kinds.Service, key, { metadata, spec: { ports: [{ name: 'x', port: 80 }] } })
    await edit(kinds.ConsolePlugin, pluginKey, {
      metadata,
      spec: { displayName: 'x', i18n: { loadType: 'Preload' } },
    })
    await scene.isSetUp()
    expect((await find(scene.cluster, kinds.Service, key))?.metadata).toMatchObject(metadata)
    expect(await find(scene.cluster, kinds.ConsolePlugin, pluginKey)).toMatchObject({
      metadata,
      spec: { i18n: { loadType: 'Preload' } },
    })
  })

  it('what is deleted is made again', async () => {
    const both: readonly (readonly [Kind, ObjectKey])[] = [
      [kinds.Service, key],
      [kinds.ConsolePlugin, pluginKey],
    ]
    for (const [kind, of] of both) {
      const uid = (await find(scene.cluster, kind, of))?.metadata.uid
      await scene.admin.delete(kind, of)
      await eventually(scene.cluster, async () => {
        const made = await find(scene.cluster, kind, of)
        expect(made?.metadata.uid).toBeDefined()
        expect(made?.metadata.uid).not.toBe(uid)
      })
      await scene.isSetUp()
    }
  })
})

describe('what is there before', () => {
  beforeEach(begin)
  afterEach(end)

  it('the original’s objects are taken over in place, and as they are', async () => {
    const { spec, metadata } = golden<Service>('services__openshift-operators__odf-multicluster-console')
    const { ports, selector } = spec ?? {}
    const { labels, annotations } = metadata
    const { metadata: at, ...service } = consoleService(place)
    await scene.cluster.apply(
      { ...service, metadata: { ...at, labels, annotations }, spec: { ports, selector } },
      consolePlugin(place),
    )
    const uids = async () => [
      (await find(scene.cluster, kinds.Service, key))?.metadata.uid,
      (await find(scene.cluster, kinds.ConsolePlugin, pluginKey))?.metadata.uid,
    ]
    const before = await uids()
    const app = await scene.start()
    await expect.poll(() => app.status()).toEqual({ is: 'right' })
    expect(await uids()).toEqual(before)
    expect(await writesOf(scene.cluster)).toEqual([])
  })

  it('somebody else’s Service is not touched, and who must act is told', async () => {
    const theirs = { apiVersion: 'v1', kind: 'Service', metadata: { ...consoleKey(namespace) } }
    await scene.cluster.apply({
      ...theirs,
      spec: { ports: [{ port: 80 }], selector: { app: 'theirs' } },
    })
    const app = await scene.start()
    await expect
      .poll(() => app.status())
      .toMatchObject({ why: expect.stringMatching(/was not made by us/) as string })
    await eventually(scene.cluster, async () =>
      expect(
        await scene.cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, namespace),
      ).toContainEqual(expect.objectContaining({ reason: 'NotOurs', action: 'WriteService' })),
    )
    expect((await writesOf(scene.cluster)).map(({ resource }) => resource)).not.toContain('services')
    await scene.admin.delete(kinds.Service, key)
    await scene.isSetUp()
  })
})

describe('the Deployment goes', () => {
  beforeEach(begin)
  afterEach(end)

  it('and nothing is taken away or written; when it is back, all is set right', async () => {
    const app = await scene.start()
    await scene.isSetUp()
    await scene.admin.delete(kinds.Deployment, key)
    await expect
      .poll(() => app.status())
      .toMatchObject({ why: expect.stringContaining('Deployment') as string })
    const before = (await writesOf(scene.cluster)).length
    await edit(kinds.ConsolePlugin, pluginKey, { spec: { displayName: 'x' } })
    const edited = await find(scene.cluster, kinds.ConsolePlugin, pluginKey)
    // The service has seen it, and has nothing left to do.
    await expect
      .poll(() => app.manager.informers.get(app.console.kinds.ConsolePlugin, pluginKey)?.metadata)
      .toMatchObject({ resourceVersion: edited?.metadata.resourceVersion })
    await expect.poll(() => app.engine.pending).toBe(0)
    expect((await writesOf(scene.cluster)).length).toBe(before)
    expect(await find(scene.cluster, kinds.Service, key)).toBeDefined()
    await scene.cluster.apply(consoleDeployment)
    await scene.isSetUp()
  })
})

describe('two services for one console', () => {
  beforeEach(begin)
  afterEach(end)

  it('do not fight: each change is written once, and then nothing', async () => {
    const apps = await Promise.all([scene.start({ identity: 'a' }), scene.start({ identity: 'b' })])
    const right = () => expect.poll(() => apps.map((app) => app.status().is)).toEqual(['right', 'right'])
    await scene.isSetUp()
    await right()
    await edit(kinds.Service, key, { metadata: { labels: { 'app.kubernetes.io/name': 'x' } } })
    await scene.isSetUp()
    await right()
    const stored = (await writesOf(scene.cluster)).filter(({ status }) => status < 300)
    expect(stored.map(({ verb, resource }) => `${verb} ${resource}`).sort()).toEqual([
      'create consoleplugins.console.openshift.io',
      'create services',
      'patch services',
    ])
  })
})
