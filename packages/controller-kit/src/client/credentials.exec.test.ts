import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configMaps, identityOf, temporaryFolder } from '../../test/clients.ts'
import { eachOnAnyCluster } from '../../test/each-client.ts'
import { systemClock, type Clock } from '../clock.ts'
import { ManualClock } from '../manual-clock.ts'
import { Credentials } from './credentials.ts'
import { KubeClient } from './kube-client.ts'
import { isForbidden, KubeError } from './kube-error.ts'

const apiVersion = 'client.authentication.k8s.io/v1'

describe('credentials of a plugin', () => {
  const each = eachOnAnyCluster()
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const clients: KubeClient[] = []
  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
    await folder.remove()
  })

  const answers = (status: object): Promise<void> =>
    writeFile(join(folder.path, 'answer'), JSON.stringify({ kind: 'ExecCredential', apiVersion, status }))
  const runs = async (): Promise<number> =>
    (await readFile(join(folder.path, 'runs'), 'utf8').catch(() => '')).length

  /** A client whose kubeconfig names a plugin; it answers what the file `answer` beside it holds. */
  const clientWithPlugin = async (clock: Clock = systemClock): Promise<KubeClient> => {
    const command = join(folder.path, 'plugin')
    await writeFile(command, '#!/bin/sh\ncd "$(dirname "$0")"\nprintf x >> runs\ncat answer\n')
    await chmod(command, 0o700)
    const kubeconfig = join(folder.path, 'kubeconfig')
    const { cluster } = each
    await writeFile(
      kubeconfig,
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'c' },
        clusters: [
          {
            name: 'c',
            cluster: {
              server: cluster.url,
              'certificate-authority-data': Buffer.from(cluster.ca).toString('base64'),
            },
          },
        ],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        users: [{ name: 'u', user: { exec: { apiVersion, command: './plugin', interactiveMode: 'Never' } } }],
      }),
    )
    const credentials = await Credentials.load({ kubeconfig }, { clock })
    const client = new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials, clock })
    clients.push(client)
    return client
  }

  const tokenOf = async (name: string): Promise<string> => {
    await each.cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'default', name },
    })
    return each.cluster.serviceAccountToken({ namespace: 'default', name })
  }

  it('asks the plugin at the first request, once for all of them', async () => {
    await answers({ token: await tokenOf('robot') })
    const client = await clientWithPlugin()
    expect(await runs()).toBe(0)
    const key = { namespace: 'default', name: 'a' }
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => client.get(configMaps, key)))
    for (const outcome of outcomes)
      expect(String(outcome.status === 'rejected' && outcome.reason)).toContain(
        'User "system:serviceaccount:default:robot" cannot get',
      )
    expect(await runs()).toBe(1)
  })

  it('takes a client certificate, and another one when that has expired', async () => {
    let wall = Date.now()
    const clock: Clock = { ...systemClock, now: () => wall }
    const first = identityOf(each.cluster, { user: 'ann' })
    const end = new Date(wall + 60_000).toISOString()
    await answers({ clientCertificateData: first.cert, clientKeyData: first.key, expirationTimestamp: end })
    const client = await clientWithPlugin(clock)
    await expect(client.list(configMaps)).rejects.toThrow('User "ann" cannot list')
    const second = identityOf(each.cluster, { user: 'bob' })
    await answers({ clientCertificateData: second.cert, clientKeyData: second.key })
    await expect(client.list(configMaps)).rejects.toThrow('User "ann" cannot list')
    wall += 60_000
    // An answer of just now would be used once more, expired or not.
    const steady = clock.monotonic()
    Object.assign(clock, { monotonic: () => steady + 60_000 })
    await expect(client.list(configMaps)).rejects.toThrow('User "bob" cannot list')
    expect(await runs()).toBe(2)
  })

  it('asks again when the server does not know the token, and sends the request once more', async () => {
    const ahead = { ms: 0 }
    const clock: Clock = { ...systemClock, monotonic: () => ahead.ms }
    await answers({ token: 'nobody-knows-this-one' })
    const client = await clientWithPlugin(clock)
    await expect(client.list(configMaps)).rejects.toMatchObject({ status: 401 })
    // Only just asked: it would answer the same.
    expect(await runs()).toBe(1)
    await answers({ token: await tokenOf('robot') })
    ahead.ms = 10_000
    await expect(client.list(configMaps)).rejects.toSatisfy(isForbidden)
    expect(await runs()).toBe(2)
  })

  it('says that the plugin answers what has expired, not only that the server refuses it', async () => {
    await answers({ token: 'nobody-knows-this-one', expirationTimestamp: '2020-01-01T00:00:00Z' })
    const client = await clientWithPlugin()
    const error: unknown = await client.list(configMaps).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 0, reason: 'ODFMO_EXEC' })
    expect((error as KubeError).message).toMatch(
      /^list configmaps in cluster hub: the credential plugin .*plugin answered a credential that expired at 2020-01-01T00:00:00.000Z, and the server refuses it$/,
    )
    expect(await runs()).toBe(1)
  })

  it('fails the call, not the process, when the plugin fails, and quotes no answer', async () => {
    await writeFile(join(folder.path, 'answer'), '{"status": {"token": "s3cr3t"')
    const client = await clientWithPlugin()
    const error: unknown = await client.list(configMaps).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(KubeError)
    expect(error).toMatchObject({ status: 0, reason: 'ODFMO_EXEC' })
    expect((error as KubeError).message).toMatch(
      /^list configmaps in cluster hub: the credential plugin .*plugin answered no JSON object$/,
    )
    expect(client.credentials.state).toEqual({ ok: true })
  })

  it('says that it was the plugin when that took all the time of a call', async () => {
    const clock = new ManualClock()
    const client = await clientWithPlugin(clock)
    await writeFile(
      join(folder.path, 'plugin'),
      '#!/bin/sh\ncd "$(dirname "$0")"\nprintf x >> runs\nexec sleep 300\n',
    )
    const outcome = expect(client.list(configMaps)).rejects.toThrow(
      'list configmaps in cluster hub: not sent within 60 s: the credential plugin has not answered',
    )
    await expect.poll(runs).toBe(1)
    // The plugin is ended after the same time; who asked first hears first.
    clock.advance(60_000)
    await outcome
  })

  it('takes over another plugin that the kubeconfig names later', async () => {
    await answers({ token: 'nobody-knows-this-one' })
    const client = await clientWithPlugin()
    await expect(client.list(configMaps)).rejects.toMatchObject({ status: 401 })
    const kubeconfig = join(folder.path, 'kubeconfig')
    await answers({ token: await tokenOf('robot') })
    await writeFile(
      kubeconfig,
      (await readFile(kubeconfig, 'utf8')).replace('"Never"', '"Never","args":["other"]'),
    )
    await client.credentials.reread()
    await expect(client.list(configMaps)).rejects.toSatisfy(isForbidden)
  })
})
