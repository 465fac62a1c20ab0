import { kinds, type ConsolePluginV1Alpha1 } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { definitionKey } from './console-kinds.ts'
import { pluginKey } from './console-place.ts'
import { consolePluginV1Alpha1 } from './console-plugin.ts'
import { consoleService } from './console-service.ts'
import { consoleDeployment, find, key, namespace, writesOf } from './test/console-cluster.ts'
import { consoleCrd } from './test/console-crd.ts'
import { golden } from './test/golden.ts'
import { consoleScene, type ConsoleScene } from './test/console-scene.ts'

const place = { namespace, port: 9001 }
let scene: ConsoleScene
afterEach(() => scene.end())

const textOf = async (): Promise<readonly string[]> =>
  (await writesOf(scene.cluster)).map(({ verb, resource }) => `${verb} ${resource}`)

describe('the console is waited for', () => {
  it('nothing is asked for before its Deployment comes, and both objects are made then', async () => {
    scene = await consoleScene(consoleCrd('v1', 'v1alpha1'))
    const app = await scene.start()
    await app.manager.informers.waitForSync()
    expect(app.manager.informers.stats().map(({ name }) => name)).toEqual(['hub.ConsoleDeployment'])
    expect(app.status()).toMatchObject({
      is: 'waiting',
      why: expect.stringContaining('Deployment') as string,
    })
    await scene.cluster.apply(consoleDeployment)
    await scene.isSetUp()
    await expect.poll(() => app.status()).toEqual({ is: 'right' })
    expect([...(await textOf())].sort()).toEqual([
      'create consoleplugins.console.openshift.io',
      'create services',
    ])
    // The older version was never asked for.
    expect(app.manager.informers.stats().map(({ name }) => name)).not.toContain('hub.ConsolePluginV1Alpha1')
  })

  it('of the Deployment and of ConsolePlugin’s definition no more is kept than is looked at', async () => {
    scene = await consoleScene(consoleCrd('v1', 'v1alpha1'))
    await scene.cluster.apply(consoleDeployment)
    const { manager, console: its } = await scene.start()
    await scene.isSetUp()
    const deployment = manager.informers.get(its.kinds.ConsoleDeployment, key)
    expect(deployment?.metadata.name).toBe(key.name)
    expect(deployment?.spec).toBeUndefined()
    const definition = manager.informers.get(its.kinds.PluginDefinition, definitionKey)
    expect(definition?.spec.versions.map((version) => Object.keys(version))).toEqual([
      ['name', 'served', 'storage'],
      ['name', 'served', 'storage'],
    ])
  })

  it('OpenShift’s console comes later: the Service is there, and what is waited for is told', async () => {
    scene = await consoleScene()
    await scene.cluster.apply(consoleDeployment)
    const app = await scene.start()
    await eventually(scene.cluster, async () => {
      expect(await find(scene.cluster, kinds.Service, key)).toMatchObject(consoleService(place))
      const events = await scene.cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, namespace)
      expect(events).toContainEqual(
        expect.objectContaining({
          reason: 'KindNotServed',
          type: 'Warning',
          regarding: expect.objectContaining({ kind: 'Deployment', ...key }) as object,
        }),
      )
    })
    await expect
      .poll(() => app.status())
      .toMatchObject({
        is: 'waiting',
        why: expect.stringMatching(/neither in v1 nor in v1alpha1/) as string,
      })
    expect((await app.metrics.text()).body).toContain(
      'odfmo_derived_objects{derived="console-plugin",state="waiting"} 1',
    )
    await scene.cluster.installCrds([consoleCrd('v1', 'v1alpha1')])
    await scene.isSetUp()
    await expect.poll(() => app.status()).toEqual({ is: 'right' })
    // In v1 at once, whichever version is seen first.
    expect(await textOf()).toEqual(['create services', 'create consoleplugins.console.openshift.io'])
  })

  it('an older console serves v1alpha1 only; when it is upgraded, the same object is written in v1', async () => {
    scene = await consoleScene(consoleCrd('v1alpha1'))
    await scene.cluster.apply(consoleDeployment)
    const app = await scene.start()
    await eventually(scene.cluster, async () =>
      expect(await find(scene.cluster, kinds.ConsolePluginV1Alpha1, pluginKey)).toMatchObject(
        consolePluginV1Alpha1(place),
      ),
    )
    await expect.poll(() => app.status()).toEqual({ is: 'right' })
    const before = await find(scene.cluster, kinds.ConsolePluginV1Alpha1, pluginKey)
    expect(before?.spec).toEqual(
      golden<ConsolePluginV1Alpha1>('consoleplugins__odf-multicluster-console').spec,
    )
    await scene.cluster.installCrds([consoleCrd('v1', 'v1alpha1')])
    await scene.isSetUp()
    const after = await find(scene.cluster, kinds.ConsolePlugin, pluginKey)
    expect(after?.metadata.uid).toBe(before?.metadata.uid)
    await expect.poll(() => app.status()).toEqual({ is: 'right' })
    expect([...(await textOf())].sort()).toEqual([
      'create consoleplugins.console.openshift.io',
      'create services',
      'patch consoleplugins.console.openshift.io',
    ])
  })
})
