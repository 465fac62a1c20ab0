import { describe, expect, it } from 'vitest'
import { configMap } from '../builders/kubernetes.ts'
import { FileClusters } from './file-clusters.ts'

const x = configMap({ metadata: { name: 'x' } })
const kind = { apiVersion: 'v1', kind: 'ConfigMap' }

describe('the clusters of a file', () => {
  it('are others for each set of options, also in one fixture', async () => {
    const file = new FileClusters()
    const first = {}
    const [one, another, hub, again] = await Promise.all([
      file.get(first),
      file.get({ objects: [x] }),
      file.get({ clusters: ['hub'] }),
      file.get(first),
    ])
    expect(again).toBe(one)
    expect(Object.keys(hub.context)).toEqual(['hub', 'namespace'])
    const found = [one, another].map(({ context: { cluster } }) =>
      typeof cluster === 'object' ? cluster.get(kind, { name: 'x' }) : 'no cluster',
    )
    expect(found).toEqual([undefined, expect.objectContaining({ kind: 'ConfigMap' })])
    await file.stop()
  })

  it('are of one test at a time where one would take the state of another away', async () => {
    const file = new FileClusters()
    const [shared, unrestored] = await Promise.all([file.get({}), file.get({ isolation: 'none' })])
    await shared.begin('one', 0)
    await expect(shared.begin('two', 0)).rejects.toThrow('"two" begins while "one" runs')
    await shared.end()
    await shared.begin('two', 0)
    await unrestored.begin('one', 0)
    await unrestored.begin('two', 0)
    await file.stop()
  })
})
