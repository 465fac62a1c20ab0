import { s3ProfileName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { peerRef } from '../test/builders.ts'
import { profileProblem } from './profile-problem.ts'

const good = {
  s3ProfileName: s3ProfileName(peerRef('cluster1')),
  s3CompatibleEndpoint: 'https://s3-openshift-storage.apps.cluster1.example',
  s3Bucket: 'odrbucket-b1b922184baf',
  s3Region: 'noobaa',
}
const endpointWords =
  'expected s3CompatibleEndpoint to be the http or https URL of a host, without user and password'

describe('profileProblem', () => {
  it.each([
    'https://s3.example:8443',
    'http://10.0.0.1',
    'https://[fd00::1]:443/',
    'https://s3.example/path/to?x=1',
    'https://S3.Example',
  ])('finds nothing with the address %s', (s3CompatibleEndpoint) => {
    expect(profileProblem({ ...good, s3CompatibleEndpoint })).toBeUndefined()
  })

  it.each([
    ['no scheme', 's3.example'],
    ['a file', 'file:///etc/passwd'],
    ['another scheme', 'gopher://s3.example'],
    ['a scheme of script', 'javascript:alert(1)'],
    ['capitals in the scheme', 'HTTPS://s3.example'],
    ['no host', 'https://'],
    ['a user', 'https://user@s3.example'],
    ['a password', 'https://user:hidden@s3.example'],
    ['a line break', 'https://s3.example\n- s3ProfileName: stolen'],
    ['a carriage return', 'https://s3.example\r'],
    ['a tab', 'https://s3\t.example'],
    ['a space', 'https://s3.example #'],
    ['backslashes', String.raw`https:\\s3.example`],
    ['a backslash', String.raw`https://s3.example\@other.example`],
    ['a null byte', 'https://s3.example\u0000'],
    ['letters that look alike', 'https://s3.exаmple'],
    ['a port that is none', 'https://s3.example:99999'],
    ['very many characters', `https://s3.example/${'x'.repeat(2048)}`],
    ['YAML', '{a: &x [*x]}'],
  ])('refuses an address with %s, and shows none of it', (_what, s3CompatibleEndpoint) => {
    expect(profileProblem({ ...good, s3CompatibleEndpoint })).toBe(endpointWords)
  })

  it.each(['s3Bucket', 's3Region'] as const)('refuses as %s what is no name', (field) => {
    for (const text of ['a b', 'a\nb', 'a\u0000', 'ä', 'x'.repeat(256), '\u2028'])
      expect(profileProblem({ ...good, [field]: text })).toBe(
        `expected ${field} to be a name: at most 255 visible ASCII characters without spaces`,
      )
    for (const text of ['us-east-1', 'My_bucket.2', 'x'.repeat(255), '*', '~', '{}'])
      expect(profileProblem({ ...good, [field]: text })).toBeUndefined()
  })
})
