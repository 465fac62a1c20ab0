import { kinds, type MirrorPeer } from '@odfmo/api-types'
import { KubeError, type KubeClient } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { mirrorPeer } from '../test/cases.ts'
import { patchOrUpdate } from './patch-or-update.ts'

const refusal = new KubeError(
  { verb: 'patch', resource: 'mirrorpeers', cluster: 'hub' },
  403,
  'Forbidden',
  'no',
)

it('updates where a merge patch is forbidden, under the same conditions', async () => {
  const updates: unknown[] = []
  const client = {
    get: () => Promise.resolve(mirrorPeer({ finalizers: ['theirs'] })),
    list: () => Promise.reject(refusal),
    create: () => Promise.reject(refusal),
    delete: () => Promise.reject(refusal),
    patch: () => Promise.reject(refusal),
    update: (_kind: unknown, object: MirrorPeer, options: unknown) => {
      updates.push([object.metadata, options])
      return Promise.resolve(object)
    },
  } as unknown as KubeClient
  const options = { mayStart: () => false }
  const patch = { metadata: { uid: 'uid-of-mp', resourceVersion: '7', finalizers: ['theirs', 'ours'] } }
  await patchOrUpdate(client).patch(kinds.MirrorPeer, { name: 'mp' }, 'merge', patch, options)
  expect(updates).toEqual([[{ ...mirrorPeer().metadata, ...patch.metadata }, options]])
})
