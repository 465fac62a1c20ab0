import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/clients.ts'
import { connect } from './connect.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const write = async (name: string, ...contexts: readonly string[]): Promise<string> => {
  const path = join(folder.path, name)
  await mkdir(join(path, '..'), { recursive: true })
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contexts[0],
    clusters: contexts.map((context) => ({ name: context, cluster: { server: `https://${context}:6443` } })),
    contexts: contexts.map((context) => ({ name: context, context: { cluster: context, user: 'me' } })),
    users: [{ name: 'me', user: { token: 'a-token' } }],
  }
  await writeFile(path, JSON.stringify(config))
  return path
}

it.each(['the file that is named', 'KUBECONFIG', 'the home folder'])(
  'finds the cluster by %s',
  async (how) => {
    const path = await write('.kube/config', 'one', 'two')
    const client = await connect({
      component: 'test',
      ...(how === 'the file that is named' ? { kubeconfig: path } : {}),
      env: how === 'KUBECONFIG' ? { KUBECONFIG: path, HOME: '/nowhere' } : { HOME: folder.path },
    })
    expect([client.cluster, client.credentials.current.server]).toEqual(['default', 'https://one:6443'])
    await client.close()
  },
)

it('takes a context of one of several files, and calls the cluster by it', async () => {
  const paths = [await write('a', 'a'), await write('b', 'b')]
  const client = await connect({ component: 'test', context: 'b', env: { KUBECONFIG: paths.join(':') } })
  expect([client.cluster, client.credentials.current.server]).toEqual(['b', 'https://b:6443'])
  await client.close()
})

it('takes server and credentials as they are given', async () => {
  const access = { server: 'https://given:6443', token: { value: 'a-token' } }
  const client = await connect({ component: 'test', access, env: { HOME: '/nowhere' } })
  expect([client.cluster, client.credentials.current.server]).toEqual(['default', 'https://given:6443'])
  await client.close()
})

it('is the service account in a pod, whatever is in the home folder', async () => {
  await write('.kube/config', 'one')
  const env = { HOME: folder.path, KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }
  await expect(connect({ component: 'test', env })).rejects.toThrow(
    '/var/run/secrets/kubernetes.io/serviceaccount',
  )
})

it('names the file that is not there', async () => {
  const env = { HOME: folder.path }
  await expect(connect({ component: 'test', env })).rejects.toThrow(
    `cannot read ${join(folder.path, '.kube', 'config')}: ENOENT: there is no such file`,
  )
})

it.each([
  [{ timeoutMs: -5 }, 'timeoutMs: expected a finite number of milliseconds over 0, got -5'],
  [{ timeoutMs: Number.NaN }, 'timeoutMs: expected a finite number of milliseconds over 0, got NaN'],
  [{ watchTimeoutMs: 0 }, 'watchTimeoutMs: expected a finite number of milliseconds over 0, got 0'],
])('refuses %o, in which nothing could be answered', async (options, message) => {
  const access = { server: 'https://given:6443', token: { value: 'a-token' } }
  await expect(connect({ component: 'test', access, ...options })).rejects.toThrow(
    new RangeError(`client for cluster default: ${message}`),
  )
})
