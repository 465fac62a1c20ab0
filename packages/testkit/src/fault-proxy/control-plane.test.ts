import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ControlPlane } from '../control-plane/control-plane.ts'
import { startControlPlane } from '../control-plane/start-control-plane.ts'
import { testReadFaults } from '../faults/read-faults.case.ts'
import { describeControlPlane } from '../testing/describe-control-plane.ts'
import { testClient } from '../testing/test-client.ts'
import { startFaultProxy } from './start-fault-proxy.ts'

describeControlPlane('faults of a proxy before a real API server', () => {
  let controlPlane: ControlPlane
  beforeAll(async () => {
    controlPlane = await startControlPlane({ clusters: ['hub'], controllers: false })
  })
  afterAll(() => controlPlane.stop())

  testReadFaults(async (clock) => {
    const hub = controlPlane.cluster('hub')
    const admin = testClient(hub)
    for (const name of (await admin.get('/api/v1/namespaces/default/configmaps')).body.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    ))
      await admin.delete(`/api/v1/namespaces/default/configmaps/${name}`)
    await admin.close()
    return startFaultProxy(hub, { clock })
  })

  it('says what it cannot do', async () => {
    const proxy = await startFaultProxy(controlPlane.cluster('hub'))
    expect(() => proxy.faults.jumpClock(1)).toThrow('hub: a proxy cannot move the clock')
    expect(() => proxy.faults.add({ fault: { kind: 'stale', versions: 1 } })).toThrow(
      'hub: a proxy cannot lag by versions, only until the rule is removed',
    )
    expect(proxy.faults.neverHit()).toEqual([])
    await proxy.stop()
  })
})
