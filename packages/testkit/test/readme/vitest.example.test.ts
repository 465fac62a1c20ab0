import { crd } from '@odfmo/testkit'
import { clusterTest } from '@odfmo/testkit/vitest'
import { expect } from 'vitest'
import { send } from './send.ts'

const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, spec: { size: 1 } }
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { size: '1' } }

/** What it makes of the Things that are there by then. */
const startMyController = async (kubeconfig: string): Promise<{ stop(): Promise<void> }> => {
  const { status } = await send(kubeconfig, 'GET', '/apis/example.com/v1/namespaces/default/things/a')
  if (status === 200) {
    await send(kubeconfig, 'POST', '/api/v1/namespaces/default/configmaps', settings)
    const conditions = [
      { type: 'Ready', status: 'True', reason: 'Made', message: '', lastTransitionTime: null },
    ]
    const path = '/apis/example.com/v1/namespaces/default/things/a/status'
    await send(kubeconfig, 'PATCH', path, { status: { conditions } })
  }
  return { stop: () => Promise.resolve() }
}

const test = clusterTest({ crds: [crd({ kind: 'Thing' })] }) // definitions: objects, files or folders

test('a Thing becomes a ConfigMap', async ({ cluster }) => {
  await cluster.apply(thing)
  const controller = await startMyController(cluster.kubeconfig())
  await expect(cluster).toHaveObject(settings) // waits; on time-out tells what differed, and the last requests
  await expect(cluster).toHaveCondition(thing, 'Ready')
  await controller.stop()
})

const fleetTest = clusterTest({ clusters: { hub: { crds: [crd({ kind: 'Thing' })] }, spoke: {} } })

fleetTest('a hub and a spoke are two clusters', async ({ hub, spoke }) => {
  await hub.apply(thing)
  await expect(hub).toHaveObject(thing)
  expect(() => spoke.list(thing)).toThrow('no resource of example.com/v1 Thing is served')
})
