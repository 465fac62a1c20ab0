import { kinds } from '@odfmo/api-types'
import type { Kind, ObjectKey } from '@odfmo/api-types/meta'
import type { KubeClient } from '@odfmo/controller-kit'
import { eventually, type Cluster } from '@odfmo/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pluginKey } from './console-place.ts'
import { consolePlugin } from './console-plugin.ts'
import { consoleService } from './console-service.ts'
import {
  clientOf,
  consoleCluster,
  consoleDeployment,
  find,
  key,
  namespace,
  writesOf,
} from './test/console-cluster.ts'
import { consoleCrd } from './test/console-crd.ts'
import { startProcess } from './test/start-process.ts'

const place = { namespace, port: 9443 }
let cluster: Cluster
let admin: KubeClient
beforeAll(async () => {
  cluster = await consoleCluster([consoleCrd('v1', 'v1alpha1')])
  admin = await clientOf(cluster)
})
afterEach(async () => {
  const all: readonly (readonly [Kind, ObjectKey])[] = [
    [kinds.Deployment, key],
    [kinds.Service, key],
    [kinds.ConsolePlugin, pluginKey],
  ]
  for (const [kind, of] of all)
    if ((await find(cluster, kind, of)) !== undefined) await admin.delete(kind, of)
})
afterAll(async () => {
  await admin.close()
  await cluster.stop()
})

describe('--once', () => {
  it('ends with 0 when both objects are right, also when the Deployment comes later', async () => {
    const service = await startProcess(cluster, ['--once', '--multicluster-console-port=9443'])
    await service.says('"started"')
    await cluster.apply(consoleDeployment)
    expect(await service.ended).toMatchObject({ code: 0 })
    expect(await find(cluster, kinds.Service, key)).toMatchObject(consoleService(place))
    expect(await find(cluster, kinds.ConsolePlugin, pluginKey)).toMatchObject(consolePlugin(place))
    // Once more, there is nothing to do.
    const writes = (await writesOf(cluster)).length
    const again = await startProcess(cluster, ['--once', '--multicluster-console-port=9443'])
    expect(await again.ended).toMatchObject({ code: 0 })
    expect(await writesOf(cluster)).toHaveLength(writes)
  })

  it('ends with 1 after its time, and names what it waited for', async () => {
    const service = await startProcess(cluster, ['--once', '--timeout=1s'])
    const { code, output } = await service.ended
    expect(code).toBe(1)
    expect(output).toContain(
      'after 1 s the console is not set up yet: Deployment openshift-operators/odf-multicluster-console is not there',
    )
  })

  it('ends with 1 when it is stopped before: an evicted pod has not done its work', async () => {
    const service = await startProcess(cluster, ['--once'])
    await service.says('"started"')
    service.terminate()
    const { code, output } = await service.ended
    expect(code).toBe(1)
    expect(output).toContain('asked to stop before the console was set up: Deployment')
  })
})

describe('without --once', () => {
  it('goes on when both objects are right, and ends with 0 when it is stopped', async () => {
    await cluster.apply(consoleDeployment)
    const service = await startProcess(cluster, ['--multicluster-console-port=9443'])
    const isRight = () =>
      eventually(cluster, async () =>
        expect(await find(cluster, kinds.Service, key)).toMatchObject(consoleService(place)),
      )
    await isRight()
    await admin.patch(kinds.Service, key, 'merge', { spec: { ports: [{ name: 'x', port: 80 }] } })
    await isRight()
    service.terminate()
    expect((await service.ended).code).toBe(0)
  })
})

it('bad flags and environment end it with 2, all problems at once', async () => {
  const flags = ['--multicluster-console-port=0', '--timeout=1m', '--nonsense']
  const { code, output } = await (await startProcess(undefined, flags, {})).ended
  expect(code).toBe(2)
  for (const word of ['POD_NAMESPACE: is required', '--multicluster-console-port', '--timeout', '--nonsense'])
    expect(output).toContain(`console-init: ${word === '--nonsense' ? 'unknown flag --nonsense' : word}`)
})
