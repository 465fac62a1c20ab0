import { crdOf } from './crd-of.ts'
import { simulator, startTestCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'

it('plays an operator of your own', async () => {
  const cluster = await startTestCluster({ crds: [crdOf('Database', 'databases')] })

  const database = { apiVersion: 'example.com/v1', kind: 'Database' }
  const secret = { apiVersion: 'v1', kind: 'Secret' }

  await simulator(cluster, {
    name: 'database-operator',
    for: database,
    owns: [secret], // made again when somebody takes it away
    async reconcile(object, { applyOwned, patchStatus, setCondition, addFinalizer, removeFinalizer }) {
      const { name = '', deletionTimestamp } = object.metadata
      if (deletionTimestamp !== undefined) return removeFinalizer('example.com/database')
      await addFinalizer('example.com/database')
      await applyOwned({ ...secret, metadata: { name: `${name}-credentials` }, stringData: { user: 'app' } })
      await patchStatus({ phase: 'Ready', host: `${name}.db.example` })
      await setCondition({ type: 'Ready', status: 'True', reason: 'Provisioned', message: '' }) // last: others wait for it
      return { requeueAfterMs: 60_000 }
    },
    delayMs: 20, // slow; `clock`, `identity`, `namespace`, `watches`, `log` as well
    fails: ({ attempt }) => (attempt === 1 ? 'no disk yet' : undefined), // tried again with back-off
  }) // ends with the cluster; pause(), resume() and stop() before

  await cluster.apply({ ...database, metadata: { name: 'orders' } })
  await cluster.wait(() => cluster.get(secret, { name: 'orders-credentials' }))
  const ready = await cluster.wait(async () => {
    const live = await cluster.get(database, { name: 'orders' })
    return JSON.stringify(live).includes('Provisioned') ? live : undefined
  })
  expect(ready).toMatchObject({ status: { phase: 'Ready', conditions: [{ type: 'Ready', status: 'True' }] } })
  await cluster.stop()
})
