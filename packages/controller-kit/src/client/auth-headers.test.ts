import { expect, it } from 'vitest'
import { authHeaders } from './auth-headers.ts'

const server = 'https://hub'

it.each([
  ['nobody', { server }, {}],
  ['a token', { server, token: 't' }, { authorization: 'Bearer t' }],
  [
    'a name and a password',
    { server, basic: { username: 'ann', password: 'ä' } },
    { authorization: `Basic ${Buffer.from('ann:ä').toString('base64')}` },
  ],
  [
    'somebody else',
    {
      server,
      token: 't',
      impersonate: { user: 'bob', uid: '7', groups: ['g', 'h'], extra: { 'a.io/b%ä': ['1', '2'], none: [] } },
    },
    {
      authorization: 'Bearer t',
      'impersonate-user': 'bob',
      'impersonate-uid': '7',
      'impersonate-group': ['g', 'h'],
      'impersonate-extra-a.io%2Fb%25%C3%A4': ['1', '2'],
    },
  ],
])('says who asks: %s', (_name, identity, headers) => {
  expect(authHeaders(identity)).toEqual(headers)
})
