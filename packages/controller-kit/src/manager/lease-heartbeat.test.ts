import { eventually } from '@odfmo/testkit'
import { describe, expect, it } from 'vitest'
import { scenes } from '../../test/manager-scene.ts'
import { createLogger } from '../logging/create-logger.ts'
import { leaseHeartbeat } from './lease-heartbeat.ts'

const { scene, inMemory } = scenes()

const Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }

describe('leaseHeartbeat', () => {
  inMemory()

  it('makes the Lease, renews it, and keeps what others wrote in it', async () => {
    const lines: string[] = []
    const logger = createLogger({
      component: 'test',
      level: 'warn',
      destination: { write: (line) => void lines.push(line) },
    })
    scene.memory.faults.add({
      match: { resource: 'leases.coordination.k8s.io', verb: 'patch' },
      fault: { kind: 'status', code: 500 },
      times: 1,
    })
    const stop = new AbortController()
    const beats = leaseHeartbeat({
      client: scene.client,
      key: { namespace: 'default', name: 'beat' },
      holderIdentity: 'me',
      periodMs: 50,
      labels: { a: 'b' },
      logger,
    }).start(stop.signal)
    const renewTime = (): unknown =>
      (
        scene.memory.get(Lease, { namespace: 'default', name: 'beat' })?.['spec'] as
          | { renewTime?: string }
          | undefined
      )?.renewTime
    const first = await scene.cluster.wait(renewTime)
    await scene.cluster.apply({
      ...Lease,
      metadata: { namespace: 'default', name: 'beat', annotations: { other: 'kept' } },
    })
    await eventually(scene.cluster, () => expect(renewTime()).not.toBe(first))
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    expect(scene.memory.get(Lease, { namespace: 'default', name: 'beat' })?.metadata).toMatchObject({
      labels: { a: 'b' },
      annotations: { other: 'kept' },
    })
    expect(lines).toHaveLength(1)
    stop.abort()
    await beats
  })
})
