import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64, ref, secret, token } from '../test/objects.ts'
import { fsidOfToken } from './fsid.ts'
import { greenSecret } from './green-secret.ts'
import { rookHubSecret } from './rook-hub-secret.ts'

const fsid = '11111111-aaaa-4aaa-8aaa-000000000001'

describe('fsidOfToken', () => {
  it('reads a peer token, rook-ceph-mon, and whatever wraps one of them', () => {
    const own = secret({ name: 'cluster-peer-token' }, { token: token(fsid), cluster: 'ceph' })
    const mon = secret({ name: 'rook-ceph-mon' }, { fsid })
    const blue = rookHubSecret({ ref: ref(), secret: own, external: false })
    const internal = rookHubSecret({ ref: ref(), secret: mon, external: true })
    const green = greenSecret({ blue, receiver: ref('c2') })
    expect([own, mon, blue, internal, green].map(fsidOfToken)).toEqual(Array(5).fill(fsid))
  })

  it('reads a token that is JSON without the second base64, or ends with a line break', () => {
    expect(fsidOfToken(secret({ name: 'a' }, { token: JSON.stringify({ fsid }) }))).toBe(fsid)
    expect(fsidOfToken(secret({ name: 'a' }, { token: `${token(fsid)}\n` }))).toBe(fsid)
  })

  it.each([
    ['no data', {}],
    ['an empty token', { token: '' }],
    ['an empty fsid', { token: token('') }],
    ['no fsid in it', { token: token(undefined) }],
    ['a fsid that is no text', { token: token(5) }],
    ['null', { token: base64('null') }],
    ['an empty mon fsid', { fsid: '' }],
    ['secret-data that is broken', { 'secret-data': '{' }],
  ])('finds none in %s', (_what, data) => {
    expect(fsidOfToken(secret({ name: 'a' }, data))).toBeUndefined()
    expect(fsidOfToken({})).toBeUndefined()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.constantFrom('token', 'fsid', 'secret-data'),
        (value, text, key) => {
          fsidOfToken({ data: { [key]: value } })
          fsidOfToken({ data: { [key]: base64(text) } })
        },
      ),
    )
  })
})
