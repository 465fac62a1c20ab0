import { contract, kinds, type ObjectKey, type Secret } from '@odfmo/api-types'
import { greenSecret, handlers, rookHubSecret, type SecretExchangeHandler } from '@odfmo/secret-exchange'
import { hubSecretName } from '@odfmo/secret-naming'
import { afterEach, describe, expect, it } from 'vitest'
import { objectUserHandler } from '../examples/object-user-handler.ts'
import {
  agentApp,
  cephCluster,
  mirrorPeer as mirrorPeerCase,
  namespace,
  objectOf,
  ownTokenSecret,
  refOf,
  scopeOf,
  storageCluster,
  token,
  wantedOf,
} from './cases.ts'
import { deleted, expectExchanged, spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, settled, startFleet, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

it('is brought, renewed and taken away like the others, with nothing but its place in the registry', async () => {
  const started = await startFleet()
  fleet = started
  const spoke = spokeOf(started, 'cluster1')
  const hubSecret = async (): Promise<Secret | undefined> =>
    started.get(started.hub, kinds.Secret, objectUserHandler.hubSecretKey(refOf('cluster1')))
  const source = (key: string): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: 'rook-ceph-object-user-dr' },
    data: { AccessKey: Buffer.from(key).toString('base64') },
  })
  const told = async (): Promise<unknown> => {
    const text = (await hubSecret())?.data?.[contract.hubSecretKey.secretData] ?? ''
    return Buffer.from(text, 'base64').toString('utf8')
  }
  const scope = { handlers: [...handlers, objectUserHandler] }
  for (const name of ['cluster1', 'cluster2']) await started.startAgent(name, { scope })
  await spoke.apply(source('first'))
  await started.hub.apply(mirrorPeer())
  await settled(started, async () => {
    await expectExchanged(started)
    expect(await told()).toBe('{"AccessKey":"Zmlyc3Q="}')
  })
  await spoke.apply(source('second'))
  await settled(started, async () => expect(await told()).toBe('{"AccessKey":"c2Vjb25k"}'))

  await deleted(started)
  // Not the source: that was there before.
  expect(await hubSecret()).toBeUndefined()
  expect(await started.get(spoke, kinds.Secret, source('').metadata as ObjectKey)).toBeDefined()
}, 300_000)

describe('two handlers that take one object', () => {
  const [rook] = handlers.filter(({ name }) => name === 'rook')
  if (rook === undefined) throw new Error('there is no handler of Rook')
  const nameOf = (ref: ReturnType<typeof refOf>): string => `witness-${hubSecretName(ref)}`
  const witness: SecretExchangeHandler = {
    ...rook,
    name: 'witness',
    hubSecretKey: (ref) => ({ namespace: ref.clusterName, name: nameOf(ref) }),
    hubSecret(input) {
      const result = rook.hubSecret(input)
      if (result.is === 'waiting') return result
      const metadata = { ...result.secret.metadata, name: nameOf(input.ref) }
      return { ...result, secret: { ...result.secret, metadata } }
    },
    spokeSecret: (green) => ({ ...rook.spokeSecret(green), data: { witnessed: 'eWVz' } }),
  }
  // Whichever stands first: neither answer may hide the other.
  const orders = [
    [rook, witness],
    [witness, rook],
  ].map((both) => agentApp(scopeOf({ handlers: both })))

  it('both bring it to the hub', () => {
    const clusters = {
      mirrorPeers: [mirrorPeerCase()],
      storageClusters: [storageCluster()],
      cephClusters: [cephCluster()],
      secrets: [ownTokenSecret()],
    }
    const own = refOf('cluster1')
    for (const app of orders) {
      for (const [rule, name] of [
        ['hub-rook-secret', hubSecretName(own)],
        ['hub-witness-secret', nameOf(own)],
      ] as const) {
        const made = objectOf<Secret>(wantedOf(rule, { namespace: 'cluster1', name }, clusters, app))
        expect(made.metadata.name).toBe(name)
      }
    }
  })

  it('each bring back the green secret of their own name', () => {
    const other = refOf('cluster2')
    const blue = rookHubSecret({ ref: other, secret: { data: token('f') }, external: false })
    const named = (name: string): Secret => {
      const green = greenSecret({ blue, receiver: refOf('cluster1') })
      return { ...green, metadata: { ...green.metadata, name } }
    }
    const hubSecrets = [named(hubSecretName(other)), named(nameOf(other))]
    for (const app of orders) {
      const data = (name: string): unknown =>
        objectOf<Secret>(
          wantedOf('spoke-secret', { namespace, name }, { mirrorPeers: [mirrorPeerCase()], hubSecrets }, app),
        ).data
      expect(data(hubSecretName(other))).toEqual(token('f'))
      expect(data(nameOf(other))).toEqual({ witnessed: 'eWVz' })
    }
  })
})
