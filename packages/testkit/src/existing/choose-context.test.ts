import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { chooseContext, readKubeconfig } from './choose-context.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contexts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const config = (user: object = { token: 'secret' }, cluster: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    { name: 'other', cluster: { server: 'https://other:6443' } },
    { name: 'lab', cluster: { server: 'https://lab:6443', ...cluster } },
  ],
  users: [{ name: 'me', user }],
  contexts: [
    { name: 'first', context: { cluster: 'other', user: 'me' } },
    { name: 'lab-me', context: { cluster: 'lab', user: 'me', namespace: 'mine' } },
  ],
  'current-context': 'first',
})

const chosen = (content: object, identity?: { user?: string; groups?: string[] }): unknown =>
  parse(chooseContext(readKubeconfig(stringify(content)), 'lab-me', 'hub', identity))

describe('chooseContext', () => {
  it('keeps one context alone, with the name that the cluster has here', () => {
    expect(chosen(config())).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'hub', cluster: { server: 'https://lab:6443' } }],
      users: [{ name: 'me', user: { token: 'secret' } }],
      contexts: [{ name: 'hub', context: { cluster: 'hub', user: 'me' } }],
      'current-context': 'hub',
    })
  })

  it('impersonates an identity, with the rights of the user of the context', () => {
    expect(chosen(config(), { user: 'bob', groups: ['ops'] })).toMatchObject({
      users: [{ name: 'bob', user: { token: 'secret', as: 'bob', 'as-groups': ['ops'] } }],
      contexts: [{ context: { user: 'bob' } }],
    })
    expect(chosen(config(), { groups: ['ops'] })).toMatchObject({
      users: [{ user: { as: 'admin', 'as-groups': ['ops'] } }],
    })
  })

  it('takes the files into it that are named beside the kubeconfig', () => {
    mkdirSync(join(folder, 'pki'))
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(folder, 'pki', name), name)
    writeFileSync(join(folder, 'token'), 'secret\n')
    const path = join(folder, 'config')
    const user = {
      'client-certificate': 'pki/cert',
      'client-key': join(folder, 'pki/key'),
      tokenFile: 'token',
    }
    writeFileSync(path, stringify(config(user, { 'certificate-authority': 'pki/ca' })))
    const base64 = (text: string): string => Buffer.from(text).toString('base64')
    expect(parse(chooseContext(readKubeconfig(path), 'lab-me', 'hub'))).toMatchObject({
      clusters: [{ cluster: { 'certificate-authority-data': base64('ca') } }],
      users: [
        {
          user: {
            'client-certificate-data': base64('cert'),
            'client-key-data': base64('key'),
            token: 'secret',
          },
        },
      ],
    })
  })

  it.each([
    [
      'a context that is not there',
      () => chooseContext(readKubeconfig(stringify(config())), 'no', 'hub'),
      /contexts to have an entry named "no"; there are: first, lab-me/,
    ],
    [
      'a user by a command',
      () => chosen(config({ exec: { command: 'login' } })),
      /user me gets its credentials from exec/,
    ],
    [
      'a path without a file',
      () => readKubeconfig('/no/such/file'),
      /expected YAML or the path of a file, got "\/no\/such\/file"/,
    ],
    ['nothing', () => readKubeconfig('\n'), /expected a YAML object/],
  ])('refuses %s', (_what, call, message) => {
    expect(call).toThrow(message)
  })
})
