import { kinds } from '@odfmo/api-types'
import { hubSecretName, peerTokenSecretName } from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { namespace } from './agent-rights.ts'
import { expectExchanged, spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

it('takes its copy from the hub when a source goes; the receiver keeps what it has, and gets what comes again', async () => {
  const started = await startFleet()
  fleet = started
  await started.startAgent('cluster1')
  const receiver = await started.startAgent('cluster2')
  await started.hub.apply(mirrorPeer())
  await settled(started, () => expectExchanged(started))
  const [one, two] = [spokeOf(started, 'cluster1'), spokeOf(started, 'cluster2')]
  const name = hubSecretName(refOf('cluster1'))
  const kept = async (): Promise<unknown> => ({
    secret: await started.get(two, kinds.Secret, { namespace, name }),
    mirroring: (await started.get(two, kinds.StorageCluster, { namespace, name: storageClusterName }))?.spec,
  })
  const before = await kept()

  started.storage['cluster1']?.pause()
  await started.deleteObject(one, kinds.Secret, { namespace, name: peerTokenSecretName(storageClusterName) })
  await settled(started, async () => {
    for (const at of ['cluster1', 'cluster2'])
      expect(await started.get(started.hub, kinds.Secret, { namespace: at, name })).toBeUndefined()
  })
  await settled(started, () => {
    const [explained] = receiver.engine.explain('spoke-secret').filter(({ key }) => key.name === name)
    expect(explained?.state).toMatchObject({ is: 'waiting', reason: 'NoGreenSecret' })
  })
  expect(await kept()).toEqual(before)

  started.storage['cluster1']?.resume()
  await started.storage['cluster1']?.rotateKey(storageClusterName)
  await settled(started, () => expectExchanged(started))
  expect(await kept()).not.toEqual(before)
}, 300_000)
