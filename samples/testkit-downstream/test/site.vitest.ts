import { eventually, manualClock, sameState } from '@odfmo/testkit'
import { clusterTest } from '@odfmo/testkit/vitest'
import { describe, expect } from 'vitest'
import { startController } from '../src/controller.ts'
import { account, crds, createSite, deleteSite, listing, objects, pages, site } from './fixtures.ts'

const clock = manualClock()

const test = clusterTest({ crds, objects, clock }).extend<{ controller: { stop(): Promise<void> } }>({
  controller: async ({ cluster }, use) => {
    const controller = await startController({ kubeconfig: cluster.kubeconfig(account), clock })
    await use(controller)
    await controller.stop()
  },
})

describe('a Site', () => {
  test('becomes a ConfigMap, and says so', async ({ cluster, controller: _ }) => {
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published', { reason: 'Published' })
    await expect(cluster).toHaveObject({
      ...pages,
      data: { 'index.html': '<html class="plain"><h1>Hello</h1></html>' },
    })
    await expect(cluster).toHaveObject({ ...listing, data: { 'default.home': 'Hello' } })
  })

  test('is told of in the condition of its own generation', async ({ cluster, controller: _ }) => {
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published')
    await cluster.apply(site({ title: 'Other' }))
    await expect(cluster).toHaveCondition(site({ title: 'Other' }), 'Published')
    await expect(cluster).toHaveObject({ ...listing, data: { 'default.home': 'Other' } })
  })

  test('has its ConfigMap set right when somebody edits it', async ({ cluster, controller: _ }) => {
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published')
    await cluster.apply({ ...pages, data: { 'index.html': 'defaced' } })
    await expect(cluster).toHaveObject({
      ...pages,
      data: { 'index.html': '<html class="plain"><h1>Hello</h1></html>' },
    })
  })

  test('leaves nothing when it is deleted', async ({ cluster, controller: _ }) => {
    await cluster.apply(site(), site({}, 'second'))
    await expect(cluster).toHaveObject({
      ...listing,
      data: { 'default.home': 'Hello', 'default.second': 'Hello' },
    })
    await expect(cluster).toHaveCondition(site(), 'Published')
    await deleteSite(cluster)
    await expect(cluster).not.toHaveObject(site())
    await expect(cluster).not.toHaveObject(pages) // by its owner reference
    await expect(cluster).toHaveObject({ ...listing, data: { 'default.second': 'Hello' } })
    expect(cluster.get(listing, listing.metadata)?.data).toEqual({ 'default.second': 'Hello' })
  })

  test('waits for its time', async ({ cluster, controller: _ }) => {
    const publishAfter = new Date(clock.now() + 3_600_000).toISOString()
    await cluster.apply(site({ publishAfter }))
    await expect(cluster).toHaveCondition(site(), 'Published', { status: 'False', reason: 'NotYet' })
    await expect(cluster).not.toHaveObject(pages)
    clock.advance(3_600_000)
    await expect(cluster).toHaveCondition(site(), 'Published')
    await expect(cluster).toHaveObject(pages)
  })

  test.for([
    [{ title: '' }, 'spec.title in body should be at least 1 chars long'],
    [{ theme: 'pink' }, 'Unsupported value'],
    [{ theme: 'dark', title: 'x'.repeat(50) }, 'a dark site has a short title'],
  ] as const)('is refused as %j', async ([spec, message], { cluster }) => {
    await expect(createSite(cluster, site(spec))).rejects.toThrow(message)
  })
})

describe('when things go wrong', () => {
  test('every second write fails, and one that worked is not heard of', async ({
    cluster,
    controller: _,
  }) => {
    const match = { user: account.user }
    cluster.faults.add({
      match: { ...match, verb: 'update' },
      fault: { kind: 'status', code: 409 },
      times: 1,
    })
    cluster.faults.add({
      match: { ...match, verb: 'create' },
      fault: { kind: 'reset', when: 'after' },
      times: 1,
    })
    cluster.faults.add({ match, fault: { kind: 'status', code: 503 }, probability: 0.5, seed: 3, times: 5 })
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published')
    expect(cluster.requests.all({ user: account.user, status: 409 })).not.toEqual([])
  })

  test('watches break, and what they watched has no history any more', async ({ cluster, controller: _ }) => {
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published')
    cluster.faults.partition()
    await cluster.apply(site({ title: 'Meanwhile' }))
    cluster.faults.compactHistory()
    cluster.faults.partition(false)
    await expect(cluster).toHaveObject({ ...listing, data: { 'default.home': 'Meanwhile' } })
  })
})

describe('the controller', () => {
  test('does it all with the rights it ships, and asks for no more', async ({ cluster, controller: _ }) => {
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published')
    expect(cluster.requests.all({ user: account.user, status: 403 })).toEqual([])
    expect(cluster.requests.writes({ user: account.user })).not.toEqual([])
  })

  test('goes on asking, and writes nothing, as somebody without rights', async ({ cluster }) => {
    const controller = await startController({ kubeconfig: cluster.kubeconfig({ user: 'nobody' }), clock })
    try {
      await cluster.apply(site())
      await eventually(cluster, () => {
        expect(
          cluster.requests.all({ user: 'nobody', resource: 'sites', status: 403 }).length,
        ).toBeGreaterThan(1)
      })
      expect(cluster.requests.writes({ user: 'nobody' })).toEqual([])
    } finally {
      await controller.stop()
    }
  })

  test('writes nothing when it starts again and all is done', async ({ cluster, controller }) => {
    await cluster.apply(site())
    await expect(cluster).toHaveCondition(site(), 'Published')
    await controller.stop()
    const before = cluster.snapshot()
    cluster.requests.clear()
    const second = await startController({ kubeconfig: cluster.kubeconfig(account), clock })
    try {
      const looked = { user: account.user, verb: 'get', name: 'directory' }
      await eventually(cluster, () => {
        expect(cluster.requests.all(looked)).not.toEqual([])
      })
      expect(sameState(before, cluster.snapshot())).toEqual([])
      expect(cluster.requests.writes({ user: account.user })).toEqual([])
    } finally {
      await second.stop()
    }
  })
})
