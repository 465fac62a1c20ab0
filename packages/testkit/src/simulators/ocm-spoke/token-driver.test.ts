import { afterEach, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import type { ManagedClusterAddOn, Secret } from '@odfmo/api-types'
import { conditionOf } from '../../access/conditions.ts'
import { eventually } from '../../eventually.ts'
import { addOns, registeredAddOn, secrets, signingRequests, startSmallFleet } from '../test/small-fleet.ts'
import type { SmallFleet } from '../test/small-fleet.ts'
import { heldToken } from './registration/token-agent.ts'

let fleet: SmallFleet

afterEach(async () => {
  await fleet.stop()
})

const addOnKey = { namespace: 'cluster1', name: 'tokenexchange' }
const access = { namespace: 'openshift-storage', name: 'tokenexchange-hub-kubeconfig' }
const account = { namespace: 'cluster1', name: 'tokenexchange-agent' }
const addOn = async (): Promise<ManagedClusterAddOn> =>
  (await fleet.hub.get(addOns, addOnKey)) as unknown as ManagedClusterAddOn
const accessSecret = async (): Promise<Secret | undefined> =>
  (await fleet.spoke.get(secrets, access)) as unknown as Secret | undefined

test('a klusterlet with the token driver names the account, and stores tokens of it', async () => {
  fleet = await startSmallFleet({ driver: 'token' })
  await fleet.hub.apply(registeredAddOn())
  const secret = await fleet.spoke.wait(accessSecret)
  const { status } = await addOn()
  expect(status?.kubeClientDriver).toBe('token')
  // The user alone, as newer klusterlets do.
  expect(status?.registrations?.[0]?.subject).toEqual({
    ...registeredAddOn().status?.registrations?.[0]?.subject,
    user: 'system:serviceaccount:cluster1:tokenexchange-agent',
  })
  expect(conditionOf(status?.conditions, 'TokenInfrastructureReady')?.status).toBe('True')
  expect(Object.keys(secret.data ?? {}).toSorted()).toEqual(['cluster-name', 'kubeconfig', 'token'])
  expect(Buffer.from(secret.data?.['kubeconfig'] ?? '', 'base64').toString()).toContain('tokenFile: token')
  const found = await fleet.onHub.get(kinds.ServiceAccount, account)
  expect(heldToken(secret)?.serviceAccountUid).toBe(found?.metadata.uid)
  expect(await fleet.hub.list(signingRequests)).toEqual([])

  fleet.klusterlet.renewCertificate('tokenexchange')
  await eventually(fleet.spoke, async () =>
    expect((await accessSecret())?.data?.['token']).not.toBe(secret.data?.['token']),
  )
  expect((await accessSecret())?.metadata.uid).toBe(secret.metadata.uid)
  expect(() => fleet.klusterlet.renewCertificate('unknown')).toThrow(TypeError)
})

test('its account goes with the driver, its secret with the add-on', async () => {
  fleet = await startSmallFleet({ driver: 'token' })
  await fleet.hub.apply(registeredAddOn())
  await fleet.spoke.wait(accessSecret)
  expect(await fleet.onHub.get(kinds.ServiceAccount, account)).toBeDefined()
  // Else it would say its own driver again.
  fleet.klusterlet.pause()
  await fleet.onHub.patch(
    kinds.ManagedClusterAddOn,
    addOnKey,
    { status: { kubeClientDriver: 'csr' } },
    'status',
  )
  await eventually(fleet.hub, async () => {
    expect(await fleet.onHub.get(kinds.ServiceAccount, account)).toBeUndefined()
    expect(conditionOf((await addOn()).status?.conditions, 'TokenInfrastructureReady')).toBeUndefined()
  })
  fleet.klusterlet.resume()
  await eventually(fleet.hub, async () =>
    expect(await fleet.onHub.get(kinds.ServiceAccount, account)).toBeDefined(),
  )
  await fleet.onHub.remove(kinds.ManagedClusterAddOn, addOnKey)
  await eventually(fleet.spoke, async () => expect(await accessSecret()).toBeUndefined())
})

test('what is no token of an account is none', () => {
  expect(heldToken(undefined)).toBeUndefined()
  expect(heldToken({ data: { token: 'eA==' } })).toBeUndefined()
})
