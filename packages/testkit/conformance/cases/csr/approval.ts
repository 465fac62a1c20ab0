import type { Cases } from '../../conformance-case.ts'
import { grantEverywhere, rule, user } from '../rbac/grants.ts'
import { base64, condition, create, decide, ownSigner, pathOf, signingRequest } from './requests.ts'

const group = 'certificates.k8s.io'
const decides = rule(['get', 'update', 'patch'], group, ['certificatesigningrequests/approval'])

export const approval: Cases = {
  'an approved request has the condition with its times': async (api) => {
    await create(api, 'r')
    const approved = await decide(api, 'r', condition('Approved'))
    approved.is(200, {
      status: {
        conditions: [{ type: 'Approved', status: 'True', lastUpdateTime: /./, lastTransitionTime: /./ }],
      },
    })
    ;(await api.get(pathOf(api, 'r', 'approval'))).is(200, approved.body)
    ;(await api.get(pathOf(api, 'r'))).is(200, approved.body)
  },

  'approving leaves spec, metadata and certificate alone': async (api) => {
    await create(api, 'r')
    const answer = await api.put(pathOf(api, 'r', 'approval'), {
      ...signingRequest(api.unique('r'), { signerName: 'example.com/other' }),
      metadata: { name: api.unique('r'), labels: { a: 'b' } },
      status: { certificate: base64('x'), conditions: [condition('Denied')] },
    })
    answer.is(200, { spec: { signerName: ownSigner }, status: { certificate: undefined } })
  },

  'a patch approves too': async (api) => {
    await create(api, 'r')
    const answer = await api.patch(pathOf(api, 'r', 'approval'), 'merge', {
      status: { conditions: [condition('Approved')] },
    })
    answer.is(200)
    const more = await api.patch(pathOf(api, 'r', 'approval'), 'strategic', {
      status: { conditions: [condition('Other', { status: 'False' })] },
    })
    // the list is replaced: it has no merge key
    more.is(422, { message: /updates may not remove a condition of type "Approved"$/ })
  },

  'an approval is not taken back': async (api) => {
    await create(api, 'r')
    await decide(api, 'r', condition('Approved'))
    ;(await decide(api, 'r')).is(422)
    ;(await decide(api, 'r', condition('Denied'))).is(422)
    ;(await decide(api, 'r', condition('Approved', { status: 'False' }))).is(422)
  },

  'the reason of an approval may change': async (api) => {
    await create(api, 'r')
    await decide(api, 'r', condition('Approved'))
    const changed = await decide(api, 'r', condition('Approved', { reason: 'Else', message: 'else' }))
    changed.is(200)
  },

  'nothing is approved and denied': async (api) => {
    await create(api, 'r')
    ;(await decide(api, 'r', condition('Approved'), condition('Denied'))).is(422)
    ;(await decide(api, 'r', condition('Denied'))).is(200)
    ;(await decide(api, 'r', condition('Denied'), condition('Approved'))).is(422)
  },

  'conditions have a type and a status, and each type once': async (api) => {
    await create(api, 'r')
    ;(await decide(api, 'r', condition(''))).is(422)
    ;(await decide(api, 'r', condition('Approved', { status: '' }))).is(422)
    ;(await decide(api, 'r', condition('Approved', { status: 'False' }))).is(422)
    ;(await decide(api, 'r', condition('Denied', { status: 'Unknown' }))).is(422)
    ;(await decide(api, 'r', condition('Failed', { status: 'False' }))).is(422)
    ;(await decide(api, 'r', condition('Other', { status: 'Sometimes' }))).is(422)
    ;(await decide(api, 'r', condition('Other'), condition('Other'))).is(422)
    ;(await decide(api, 'r', condition('Other', { status: 'Unknown' }))).is(200)
  },

  'approving needs the right to approve for the signer': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [decides])
    await create(api, 'r')
    ;(await decide(bob, 'r', condition('Approved'))).is(403, {
      message: new RegExp(`user not permitted to approve requests with signerName "${ownSigner}"$`),
    })
    ;(await bob.put(pathOf(api, 'r', 'status'), {})).is(403)
    ;(await bob.get(pathOf(api, 'r', 'approval'))).is(200)
  },

  'who may approve for a signer does': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [decides, rule(['approve'], group, ['signers'], ownSigner)])
    await create(api, 'a')
    await create(api, 'b', { signerName: 'example.com/other' })
    ;(await decide(bob, 'a', condition('Approved'))).is(200)
    ;(await decide(bob, 'b', condition('Approved'))).is(403)
  },

  'who may approve for all signers of a domain does': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [
      decides,
      rule(['approve'], group, ['signers'], 'example.com/*'),
    ])
    await create(api, 'a')
    await create(api, 'b', { signerName: 'example.org/own' })
    ;(await decide(bob, 'a', condition('Denied'))).is(200)
    ;(await decide(bob, 'b', condition('Denied'))).is(403)
  },

  'who may only approve does not decide': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    await grantEverywhere(api, bob, user(name), [rule(['approve'], group, ['signers'])])
    await create(api, 'r')
    ;(await decide(bob, 'r', condition('Approved'))).is(403, {
      message: /cannot update resource "certificatesigningrequests\/approval"/,
    })
  },

  'an approval of something older is a conflict': async (api) => {
    const made = await create(api, 'r')
    await api.patch(pathOf(api, 'r'), 'merge', { metadata: { labels: { a: 'b' } } })
    const stale = await api.put(pathOf(api, 'r', 'approval'), {
      ...made.body,
      status: { conditions: [condition('Approved')] },
    })
    stale.is(409, { reason: 'Conflict' })
  },
}
