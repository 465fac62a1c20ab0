import { expect, test } from 'vitest'
import { appearancesOf } from './secret-scan.ts'

const secret = 'AQDkey1+/=secret-value'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

test.each([
  ['plain', secret],
  ['base64', base64(secret)],
  ['inside a JSON object that was encoded', base64(JSON.stringify({ a: 1, key: secret }))],
  ['base64 of base64', base64(`{"token":"${base64(`{"key":"${secret}"}`)}"}`)],
  ['three times', base64(`x${base64(`yy${base64(`zzz${secret}`)}`)}`)],
  ['hex', Buffer.from(secret).toString('hex')],
])('a secret is found %s', (_how, text) => {
  expect(appearancesOf(['other-secret-1', secret], `{"level":20,"x":"${text}"}`)).not.toEqual([])
})

test('what is not there is not found', () => {
  expect(appearancesOf([secret], base64('something else entirely, of some length'))).toEqual([])
})
