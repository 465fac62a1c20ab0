import { describe, expect, it } from 'vitest'
import { userAccess } from './kubeconfig-user.ts'

const cluster = {
  folder: '/etc/hub',
  fields: {
    server: 'https://hub',
    extensions: [
      { name: 'other', extension: 1 },
      { name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } },
    ],
  },
}
const of = (fields: Record<string, unknown>) =>
  userAccess({ fields, folder: '/etc/hub' }, cluster, 'user "u"')
const apiVersion = 'client.authentication.k8s.io/v1'

describe('userAccess', () => {
  it('reads a credential plugin, whose command starts at its kubeconfig when it is a path', () => {
    const exec = {
      apiVersion,
      command: './bin/login',
      args: ['get-token', '--cluster=a'],
      env: [{ name: 'PROFILE', value: 'p' }, { name: 'EMPTY' }],
      installHint: 'Install it.',
      interactiveMode: 'IfAvailable',
      provideClusterInfo: true,
    }
    expect(of({ exec })).toEqual({
      exec: {
        apiVersion,
        command: '/etc/hub/bin/login',
        args: ['get-token', '--cluster=a'],
        env: { PROFILE: 'p', EMPTY: '' },
        installHint: 'Install it.',
        cluster: { config: { audience: 'a' } },
      },
    })
    expect(of({ exec: { apiVersion: `${apiVersion}beta1`, command: 'aws', args: null, env: null } })).toEqual(
      {
        exec: { apiVersion: `${apiVersion}beta1`, command: 'aws' },
      },
    )
  })

  it('reads a name with a password, and whom to act as', () => {
    expect(
      of({
        username: 'ann',
        password: 'p:w',
        as: 'bob',
        'as-uid': '7',
        'as-groups': ['g', 'h'],
        'as-user-extra': { 'example.com/scopes': ['a', 'b'] },
      }),
    ).toEqual({
      basic: { username: 'ann', password: 'p:w' },
      impersonate: { user: 'bob', uid: '7', groups: ['g', 'h'], extra: { 'example.com/scopes': ['a', 'b'] } },
    })
  })

  const plugin = { apiVersion, command: 'aws' }
  it.each([
    [{ exec: { ...plugin, command: '' } }, 'user "u": exec: expected a "command"'],
    [{ exec: { ...plugin, apiVersion: 'client.authentication.k8s.io/v1alpha1' } }, 'v1 or v1beta1, got'],
    [{ exec: { ...plugin, interactiveMode: 'Always' } }, 'there is nobody to ask'],
    [{ exec: { ...plugin, args: 's3cr3t' } }, 'expected "args" to be a list of strings'],
    [{ exec: { ...plugin, env: [{ value: 's3cr3t' }] } }, 'expected a "name" and a "value"'],
    [{ token: 's3cr3t', username: 'ann' }, 'expected a token or a username, got both'],
    [{ password: 's3cr3t' }, 'expected a "username"'],
    [{ 'as-groups': ['g'] }, '"as-uid", "as-groups" and "as-user-extra" need "as"'],
    [{ as: 'bob', 'as-groups': 'g' }, 'expected "as-groups" to be a list of strings'],
    [{ 'auth-provider': { name: 'oidc', config: { 'id-token': 's3cr3t' } } }, 'use an exec plugin for OIDC'],
    [{ 'auth-provider': { name: 'else' } }, 'the auth-provider "else" is not supported'],
  ])('says what is wrong in %j, and quotes no secret', (fields, message) => {
    expect(() => of(fields)).toThrow(message)
    expect(() => of(fields)).not.toThrow('s3cr3t')
  })
})
