import { startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOf, configMaps } from '../../test/clients.ts'
import { anyPort, configMap, page } from '../../test/manager-scene.ts'
import { silentLogger } from '../logging/logger.ts'
import { itself } from '../queue/mappers.ts'
import { done } from '../queue/reconcile.ts'
import { source } from '../queue/source.ts'
import { cluster as kindsOf, watch } from '../watched-kind.ts'
import { createManager } from './manager.ts'

// In memory: one of them goes away on demand.
let hub: InMemoryCluster
let spoke: InMemoryCluster

beforeEach(async () => {
  hub = await startCluster({ name: 'hub', controllers: false })
  spoke = await startCluster({ name: 'spoke', controllers: false })
})
afterEach(async () => {
  await hub.stop()
  await spoke.stop()
})

const selected = { labelSelector: 'test' }
const onHub = kindsOf('hub', { ConfigMap: watch(configMaps, selected) })
const onSpoke = kindsOf('spoke', { ConfigMap: watch(configMaps, selected) })
const labelled = (name: string) => {
  const object = configMap(name)
  return { ...object, metadata: { ...object.metadata, labels: { test: 'yes' } } }
}

it('serves several clusters in one process; one that is away holds up only what is read from it', async () => {
  const seen: string[] = []
  let noted = (): void => undefined
  const until = async (key: string): Promise<void> => {
    while (!seen.includes(key)) await new Promise<void>((resolve) => (noted = resolve))
  }
  const note = (of: string) => (key: string) => {
    seen.push(`${of} ${key}`)
    noted()
    return Promise.resolve(done)
  }
  spoke.faults.partition()
  const stop = new AbortController()
  const manager = createManager({
    name: 'test',
    identity: 'one',
    logger: silentLogger,
    clients: [await clientOf(hub), await clientOf(spoke, {}, { cluster: 'spoke' })],
    healthAddress: anyPort,
  })
    .addController({ name: 'of-hub', sources: [source(onHub.ConfigMap, itself)], reconcile: note('hub') })
    .addController({
      name: 'of-spoke',
      sources: [source(onSpoke.ConfigMap, itself)],
      reconcile: note('spoke'),
    })
  const run = manager.run(stop.signal)
  await hub.apply(labelled('a'))
  await until('hub default/a')
  const { status, body } = await page(manager.ports.health, '/readyz?verbose')
  expect(status).toBe(500)
  expect(body).toContain('[+]of-hub ok')
  expect(body).toContain('[-]of-spoke failed: ')
  spoke.faults.partition(false)
  await spoke.apply(labelled('b'))
  await until('spoke default/b')
  await manager.informers.waitForSync()
  expect((await page(manager.ports.health, '/readyz')).body).toBe('ok')
  stop.abort()
  await run
})
