import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/clients.ts'
import { identitySource, loadIdentity } from './identity.ts'

describe('loadIdentity', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const at = (name: string): string => join(folder.path, name)
  beforeAll(async () => {
    folder = await temporaryFolder()
    await writeFile(
      at('config'),
      JSON.stringify({
        'current-context': 'c',
        clusters: [{ name: 'c', cluster: { server: 'https://hub:6443' } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        users: [
          {
            name: 'u',
            user: {
              tokenFile: 'token',
              exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' },
            },
          },
        ],
      }),
    )
    await writeFile(at('token'), 't\n')
    await writeFile(at('empty'), '\n')
  })
  afterAll(() => folder.remove())

  it('reads the files that a kubeconfig names, and no plugin beside a token', async () => {
    expect(await loadIdentity({ kubeconfig: at('config') })).toMatchObject({
      identity: { server: 'https://hub:6443', token: 't' },
      exec: undefined,
      files: [at('config'), at('token')],
    })
  })

  it('leaves out what is missing of a list, but follows it, for it may come', async () => {
    const source = identitySource(undefined, { KUBECONFIG: `${at('none')}:${at('config')}` })
    const { identity, files } = await loadIdentity(source)
    expect(identity.token).toBe('t')
    expect(files).toEqual([at('none'), at('config'), at('token')])
  })

  it.each([
    ['one file that is not there', () => ({ kubeconfig: at('none') }), 'none: ENOENT'],
    [
      'a list of which none is there',
      () => ({ kubeconfig: [at('none'), at('nor')] }),
      'none of these files is there: ',
    ],
    [
      'an empty one, as halfway through a rotation',
      () => ({ kubeconfig: [at('empty'), at('config')] }),
      'empty is empty',
    ],
    [
      'a token file that is empty',
      () => ({ access: { server: 'https://a', token: { file: at('empty') } } }),
      'empty is empty',
    ],
    [
      'a CA that is none',
      () => ({ access: { server: 'https://a', ca: { value: 's3cr3t' } } }),
      'cannot be used',
    ],
  ])('refuses %s', async (_name, source, message) => {
    await expect(loadIdentity(source())).rejects.toThrow(message)
  })
})
