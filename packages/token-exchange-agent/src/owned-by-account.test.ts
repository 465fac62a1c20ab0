import { kinds } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { KubeError } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { accountOf, ownedByAccount, type BookkeepingClient } from './owned-by-account.ts'

const tokenOf = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
const claims = { 'kubernetes.io': { namespace: 'storage', serviceaccount: { name: 'agent', uid: 'u1' } } }
const owner = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'agent', uid: 'u1' }

describe('the account of a token', () => {
  it('is the owner of what lies in its namespace', () =>
    expect(accountOf(tokenOf(claims), 'storage')).toEqual(owner))

  it.each([
    ['of another namespace', tokenOf(claims), 'elsewhere'],
    ['without an account', tokenOf({ sub: 'somebody' }), 'storage'],
    ['of another form', 'sha256~opaque', 'storage'],
    ['that is none', undefined, 'storage'],
  ])('is unknown for a token %s', (_, token, namespace) =>
    expect(accountOf(token, namespace)).toBeUndefined(),
  )
})

describe('locks and signs of life', () => {
  const written: KubeObject[] = []
  const clientThat = (refuses: boolean): BookkeepingClient =>
    ({
      get: async () => ({ metadata: {} }),
      patch: async () => ({ metadata: {} }),
      create: async (_: unknown, object: KubeObject) => {
        if (refuses && object.metadata.ownerReferences !== undefined) throw forbidden()
        written.push(object)
        return object
      },
      update: async (_: unknown, object: KubeObject) => object,
    }) as unknown as BookkeepingClient
  const lock = { metadata: { namespace: 'storage', name: 'lock' } }

  it('go with the account, other owners kept', async () => {
    const client = ownedByAccount(clientThat(false), owner)
    expect((await client.create(kinds.ConfigMap, lock)).metadata.ownerReferences).toEqual([owner])
    const others = [{ ...owner, uid: 'u2' }]
    expect(
      (await client.update(kinds.ConfigMap, { metadata: { ...lock.metadata, ownerReferences: others } }))
        .metadata.ownerReferences,
    ).toEqual([...others, owner])
  })

  it('are written without an owner where that is forbidden', async () => {
    await ownedByAccount(clientThat(true), owner).create(kinds.ConfigMap, lock)
    expect(written.at(-1)).toEqual(lock)
  })
})

const forbidden = (): KubeError =>
  Object.assign(Object.create(KubeError.prototype) as KubeError, {
    status: 403,
    reason: 'Forbidden',
    message: 'no',
  })
