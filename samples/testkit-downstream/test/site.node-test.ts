import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { manualClock, sameState, waitForCondition, waitForNoObject, waitForObject } from '@odfmo/testkit'
import type { Cluster, Clock } from '@odfmo/testkit'
import { clusterTest } from '@odfmo/testkit/node-test'
import { startController } from '../src/controller.ts'
import {
  account,
  allSites,
  apiOf,
  crds,
  createSite,
  deleteSite,
  listing,
  objects,
  pages,
  site,
} from './fixtures.ts'

const clock: Clock & { advance(ms: number): void } = manualClock()
const test = clusterTest({ crds, objects, clock })

/** Runs the controller as long as `body` does. */
const withController = async (cluster: Cluster, body: () => Promise<void>): Promise<void> => {
  const controller = await startController({ kubeconfig: cluster.kubeconfig(account), clock })
  try {
    await body()
  } finally {
    await controller.stop()
  }
}

describe('a Site', () => {
  test('becomes a ConfigMap, and says so', async ({ cluster }) => {
    await withController(cluster, async () => {
      await createSite(cluster, site())
      await waitForCondition(cluster, site(), 'Published')
      await waitForObject(cluster, { ...listing, data: { 'default.home': 'Hello' } })
    })
  })

  test('leaves nothing when it is deleted', async ({ cluster }) => {
    await withController(cluster, async () => {
      await cluster.apply(site())
      await waitForCondition(cluster, site(), 'Published')
      const full = cluster.snapshot()
      await deleteSite(cluster)
      await waitForNoObject(cluster, site())
      await waitForNoObject(cluster, pages)
      const gone = sameState(full, cluster.snapshot()).map(({ object, path }) => `${object} ${path}`.trim())
      assert.deepEqual(gone, [
        'configmaps default/home-pages',
        'configmaps site-system/directory data',
        'sites.web.example.com default/home',
      ])
    })
  })

  test('waits for its time', async ({ cluster }) => {
    await withController(cluster, async () => {
      await cluster.apply(site({ publishAfter: new Date(clock.now() + 60_000).toISOString() }))
      await waitForCondition(cluster, site(), 'Published', { status: 'False', reason: 'NotYet' })
      clock.advance(60_000)
      await waitForCondition(cluster, site(), 'Published')
    })
  })

  test('survives a conflict', { timeout: 20_000 }, async ({ cluster }) => {
    const match = { verb: 'update', resource: 'sites/status' }
    cluster.faults.add({ match, fault: { kind: 'status', code: 409 }, times: 2 })
    await withController(cluster, async () => {
      await cluster.apply(site())
      await waitForCondition(cluster, site(), 'Published')
      assert.equal(cluster.requests.all({ ...match, status: 409 }).length, 2)
    })
  })

  test('cannot be read by somebody without rights', async ({ cluster, namespace }, t) => {
    assert.equal(namespace, 'default')
    assert.equal(t.name, 'cannot be read by somebody without rights')
    const sites = apiOf(cluster, { user: 'nobody' })
    await assert.rejects(
      sites.listClusterCustomObject(allSites),
      /is forbidden: User .*nobody.* cannot list resource/,
    )
    assert.deepEqual(
      cluster.requests.all({ user: 'nobody' }).map(({ verb, status }) => [verb, status]),
      [['list', 403]],
    )
  })
})
