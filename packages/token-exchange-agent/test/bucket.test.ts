import {
  apiVersionOf,
  contract,
  kinds,
  type ConfigMap,
  type KubeObject,
  type Route,
  type Secret,
} from '@odfmo/api-types'
import { decodeSecretData } from '@odfmo/secret-exchange'
import { bucketName, s3SecretName } from '@odfmo/secret-naming'
import { afterEach, expect, it } from 'vitest'
import { namespace } from './agent-rights.ts'
import { deleted, spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const name = bucketName(['cluster1', 'cluster2'])
const s3Key = { namespace: 'cluster1', name: s3SecretName(refOf('cluster1')) }

it('waits for a bucket that is half there and says for what; a changed key, host or region is brought again', async () => {
  const started = await startFleet()
  fleet = started
  const spoke = spokeOf(started, 'cluster1')
  // From here on the bucket is given by this test.
  started.storage['cluster1']?.pause()
  const agent = await started.startAgent('cluster1')
  await started.hub.apply(mirrorPeer('mirrorpeer-sample', { type: 'sync' }))
  await settled(started, async () =>
    expect(await started.get(spoke, kinds.ObjectBucketClaim, { namespace, name })).toBeDefined(),
  )
  const claim = await started.get(spoke, kinds.ObjectBucketClaim, { namespace, name })
  const ownerReferences = [
    {
      apiVersion: apiVersionOf(kinds.ObjectBucketClaim),
      kind: 'ObjectBucketClaim',
      name,
      uid: claim?.metadata.uid ?? '',
    },
  ]
  const secret = (key: string): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, ownerReferences },
    data: { AWS_ACCESS_KEY_ID: base64('access'), AWS_SECRET_ACCESS_KEY: base64(key) },
  })
  const configMap = (data: Readonly<Record<string, string>> = {}): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, ownerReferences },
    data: { BUCKET_NAME: name, ...data },
  })
  const route = (host: string): Route & KubeObject => ({
    apiVersion: apiVersionOf(kinds.Route),
    kind: 'Route',
    metadata: { namespace, name: 's3' },
    spec: { host },
  })
  const waitsFor = (reason: string): Promise<void> =>
    settled(started, () => {
      const states = agent.engine.explain('hub-s3-secret').map(({ state }) => state)
      expect(states).toMatchObject([{ is: 'waiting', reason }])
    })
  const told = async (): Promise<unknown> => {
    const made = await started.get(started.hub, kinds.Secret, s3Key)
    const text = made?.data?.[contract.hubSecretKey.secretData]
    if (text === undefined) return undefined
    const data = decodeSecretData(Buffer.from(text, 'base64').toString('utf8'))
    const plain = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8')
    return ['AWS_SECRET_ACCESS_KEY', 's3CompatibleEndpoint', 's3Region'].map(plain)
  }
  const tells = (...expected: readonly string[]): Promise<void> =>
    settled(started, async () => expect(await told()).toEqual(expected))

  await waitsFor('NoBucketSecret')
  await started.deleteObject(spoke, kinds.Route, { namespace, name: 's3' })
  await spoke.apply(secret('first'))
  await waitsFor('NoBucketConfigMap')
  await spoke.apply(configMap())
  await waitsFor('NoS3Route')
  expect(await told()).toBeUndefined()
  await spoke.apply(route('s3.example'))
  await tells('first', 'https://s3.example', 'noobaa')

  await spoke.apply(secret('second'))
  await tells('second', 'https://s3.example', 'noobaa')
  await spoke.apply(route('s3.moved.example'))
  await tells('second', 'https://s3.moved.example', 'noobaa')
  await spoke.apply(configMap({ BUCKET_REGION: 'eu-1' }))
  await tells('second', 'https://s3.moved.example', 'eu-1')

  // Half of it is gone again: what the hub has stays good. All of it: the copy goes.
  await started.deleteObject(spoke, kinds.Route, { namespace, name: 's3' })
  await waitsFor('NoS3Route')
  expect(await told()).toEqual(['second', 'https://s3.moved.example', 'eu-1'])
  await started.deleteObject(spoke, kinds.Secret, { namespace, name })
  await settled(started, async () => expect(await told()).toBeUndefined())
  started.storage['cluster1']?.resume()
  await deleted(started)
}, 300_000)
