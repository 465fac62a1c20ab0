import { expect, it } from 'vitest'
import { widgetDefinition, widgets } from '../../test/clients.ts'
import { anyPort, page, scenes } from '../../test/manager-scene.ts'
import { kind } from '../kind.ts'
import { createLogger } from '../logging/create-logger.ts'
import { createManager } from '../manager/manager.ts'
import { cluster, watch } from '../watched-kind.ts'

const { scene, onAnyCluster } = scenes()
onAnyCluster()

const hub = cluster('hub', {
  Widget: watch(widgets),
  Misspelt: watch(kind('v1', 'ConfigMap', 'configmap')),
})

it('says once, and in the probe, that a kind is not served; ready all the same', async () => {
  const lines: string[] = []
  const logger = createLogger({
    component: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  })
  const told = (of: string): readonly string[] =>
    lines.flatMap((line) => {
      const { kind: name, msg } = JSON.parse(line) as { readonly kind?: string; readonly msg: string }
      return name === of ? [msg] : []
    })
  const manager = createManager({
    name: 'test',
    logger,
    clients: [scene.client],
    watches: [hub.Widget, hub.Misspelt],
    healthAddress: anyPort,
  })
  const stop = new AbortController()
  const run = manager.run(stop.signal)
  await manager.informers.waitForSync()

  const widget =
    'Widget of test.io/v1 is not served as "widgets": counts as empty until its definition comes; ' +
    'if it is there, look at group, version and plural (kubectl api-resources)'
  const misspelt = expect.stringMatching(/^ConfigMap of v1 is not served as "configmap": .*plural/)
  expect(told('hub.Widget')).toEqual([widget])
  expect(told('hub.Misspelt')).toEqual([misspelt])
  await expect.poll(async () => (await page(manager.ports.health, '/readyz')).status).toBe(200)
  const { body } = await page(manager.ports.health, '/readyz?verbose')
  expect(body).toContain(`[+]hub.Widget ok: ${widget}\n`)
  expect(body).toContain('[+]hub.Misspelt ok: ConfigMap of v1 is not served as "configmap"')

  await scene.cluster.installCrds(widgetDefinition)
  await expect.poll(() => told('hub.Widget')).toEqual([widget, 'Widget is served now'])
  expect((await page(manager.ports.health, '/readyz?verbose')).body).not.toContain('hub.Widget')
  expect(told('hub.Misspelt')).toEqual([misspelt])
  stop.abort()
  await run
})
