import { afterEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ClusterOptions, InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import { installWebhooks } from './install-webhooks.ts'
import { startWebhookServer } from './start-webhook-server.ts'
import type { AdmissionHandler, WebhookServer } from './start-webhook-server.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const kind = { apiVersion: 'v1', kind: 'ConfigMap' }
const configMap = (name: string, data: Record<string, string> = {}, metadata: object = {}) => ({
  ...kind,
  metadata: { name, ...metadata },
  data,
})

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

const configuration = (what: 'Mutating' | 'Validating', fields: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: `${what}WebhookConfiguration`,
  metadata: { name: 'one' },
  webhooks: [
    {
      name: 'one.example.com',
      clientConfig: { service: { namespace: 'app', name: 'hook', path: '/one' } },
      rules: [
        { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
        { operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments/scale'] },
      ],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      ...fields,
    },
  ],
})

const started = async (options: ClusterOptions = {}): Promise<[InMemoryCluster, TestClient]> => {
  const cluster = await startCluster(options)
  ends.push(() => cluster.stop())
  await cluster.wait(() => cluster.get(kind, { name: 'kube-root-ca.crt' }))
  const client = testClient(cluster)
  ends.push(() => client.close())
  return [cluster, client]
}

const served = async (...parameters: Parameters<typeof startWebhookServer>): Promise<WebhookServer> => {
  const server = await startWebhookServer(...parameters)
  ends.push(() => server.stop())
  return server
}

const asked = async (
  handler: AdmissionHandler,
  fields: object = {},
  options: ClusterOptions = {},
): Promise<[InMemoryCluster, TestClient, WebhookServer]> => {
  const [cluster, client] = await started(options)
  const server = await served(handler)
  await installWebhooks(cluster, configuration('Validating', fields), server)
  return [cluster, client, server]
}

/** Something that happens once, the first time that it is asked for. */
const once = (action: () => Promise<unknown>): (() => Promise<unknown>) => {
  let done: Promise<unknown> | undefined
  return () => (done === undefined ? (done = action()) : Promise.resolve())
}

describe('a write whose webhook is slow', () => {
  it('never takes back what somebody else wrote meanwhile', async () => {
    let meanwhile = (): Promise<unknown> => Promise.resolve()
    const [cluster, client, server] = await asked(async ({ object }) => {
      if (object?.['data'] !== undefined && 'mine' in (object['data'] as object)) await meanwhile()
      return { allowed: true }
    })
    await client.post(configMaps, configMap('a'))
    meanwhile = once(() => cluster.apply(configMap('a', { theirs: '1' })))
    const answer = await client.patch(`${configMaps}/a`, { data: { mine: '1' } })
    expect(answer.body.data).toEqual({ mine: '1', theirs: '1' })
    expect(cluster.get(kind, { name: 'a' })?.['data']).toEqual({ mine: '1', theirs: '1' })
    expect(server.reviews).toHaveLength(4)
  })

  it('is a conflict when it was for a version', async () => {
    let meanwhile = (): Promise<unknown> => Promise.resolve()
    const [cluster, client] = await asked(async ({ object }) => {
      if (object?.['data'] !== undefined && 'mine' in (object['data'] as object)) await meanwhile()
      return { allowed: true }
    })
    const { body: made } = await client.post(configMaps, configMap('a'))
    meanwhile = once(() => cluster.apply(configMap('a', { theirs: '1' })))
    const answer = await client.put(`${configMaps}/a`, { ...made, data: { mine: '1' } })
    expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
    expect(cluster.get(kind, { name: 'a' })?.['data']).toEqual({ theirs: '1' })
  })

  it('finds the name taken when somebody else created it meanwhile', async () => {
    let meanwhile = (): Promise<unknown> => Promise.resolve()
    const [cluster, client] = await asked(async ({ operation, object }) => {
      if (operation === 'CREATE' && JSON.stringify(object).includes('mine')) await meanwhile()
      return { allowed: true }
    })
    meanwhile = once(() => cluster.apply(configMap('a', { theirs: '1' })))
    const answer = await client.post(configMaps, configMap('a', { mine: '1' }))
    expect(answer).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } })
    expect(cluster.get(kind, { name: 'a' })?.['data']).toEqual({ theirs: '1' })
  })

  it('does not delete what became another object meanwhile, when it names the version', async () => {
    let meanwhile = (): Promise<unknown> => Promise.resolve()
    const [cluster, client] = await asked(async ({ operation }) => {
      if (operation === 'DELETE') await meanwhile()
      return { allowed: true }
    })
    const { body: made } = await client.post(configMaps, configMap('a'))
    meanwhile = once(() => cluster.apply(configMap('a', { theirs: '1' })))
    const { resourceVersion } = made.metadata
    const answer = await client.delete(`${configMaps}/a`, { preconditions: { resourceVersion } })
    expect(answer.status).toBe(409)
    expect(cluster.get(kind, { name: 'a' })?.['data']).toEqual({ theirs: '1' })
    expect((await client.delete(`${configMaps}/a`)).status).toBe(200)
  })
})

describe('a cluster', () => {
  it('writes its fixtures at once as long as nobody is asked', async () => {
    const [cluster] = await started()
    const done = cluster.apply(configMap('a'))
    expect(cluster.get(kind, { name: 'a' })).toBeDefined()
    await done
  })

  it('asks about its fixtures, as an administrator, and rejects what is denied', async () => {
    const [cluster, , server] = await asked(({ name }) => ({
      allowed: name !== 'bad',
      status: { message: 'no' },
    }))
    await cluster.apply(configMap('good'))
    await expect(cluster.apply(configMap('bad'))).rejects.toThrow(
      'admission webhook "one.example.com" denied the request: no',
    )
    expect(cluster.get(kind, { name: 'good' })).toBeDefined()
    expect(cluster.get(kind, { name: 'bad' })).toBeUndefined()
    expect(server.reviews[0]?.request.userInfo.username).toBe('admin')
  })

  it('says what it does not know of a service, and then goes where it is told', async () => {
    const [cluster, client] = await started()
    const server = await served(() => ({ allowed: false }), {
      services: [{ namespace: 'app', name: 'hook' }],
    })
    const whole = configuration('Validating')
    const [webhook] = whole.webhooks
    const clientConfig = { ...webhook?.clientConfig, caBundle: server.caBundle }
    await cluster.apply({ ...whole, webhooks: [{ ...webhook, clientConfig }] })
    expect((await client.post(configMaps, configMap('a'))).body.message).toMatch(
      /Post "https:\/\/hook\.app\.svc:443\/one\?timeout=10s": .*say where it is with cluster\.routeService/,
    )
    cluster.routeService({ namespace: 'app', name: 'hook', port: 8443 }, 'https://127.0.0.1:1')
    cluster.routeService({ namespace: 'app', name: 'hook' }, server.url)
    expect((await client.post(configMaps, configMap('a'))).status).toBe(400)
    expect(server.reviews.map(({ path }) => path)).toEqual(['/one'])
  })

  it('checks that a service has a certificate of its own name', async () => {
    const [cluster, client] = await started()
    const server = await served(() => ({ allowed: true }), {
      services: [{ namespace: 'app', name: 'other' }],
    })
    const whole = configuration('Validating')
    const [webhook] = whole.webhooks
    const clientConfig = { ...webhook?.clientConfig, caBundle: server.caBundle }
    await cluster.apply({ ...whole, webhooks: [{ ...webhook, clientConfig }] })
    cluster.routeService({ namespace: 'app', name: 'hook' }, server.url)
    const { body } = await client.post(configMaps, configMap('a'))
    expect(body.message).toContain(
      'x509: certificate is valid for localhost, other.app.svc, not hook.app.svc',
    )
  })

  it('gives up on a webhook by its own clock', async () => {
    const clock = manualClock()
    let arrived = (): void => undefined
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const [, client] = await asked(
      async () => {
        arrived()
        return new Promise(() => undefined)
      },
      { timeoutSeconds: 7 },
      { clock },
    )
    const answer = client.post(configMaps, configMap('a'))
    await arrival
    clock.advance(6_999)
    clock.advance(1)
    expect((await answer).body.message).toMatch(/\?timeout=7s": context deadline exceeded$/)
  })

  it('tries again by its own clock what its controllers were denied', async () => {
    const clock = manualClock()
    let isAllowed = false
    let denied = 0
    let onDenied = (): void => undefined
    const [cluster, client] = await asked(
      ({ name, operation }) => {
        if (isAllowed || operation !== 'DELETE' || name !== 'owned') return { allowed: true }
        denied += 1
        onDenied()
        return { allowed: false }
      },
      {},
      { clock },
    )
    await cluster.apply(configMap('owner'))
    const uid = cluster.get(kind, { name: 'owner' })?.metadata.uid ?? ''
    const firstDenial = new Promise<void>((resolve) => (onDenied = resolve))
    await cluster.apply(
      configMap('owned', {}, { ownerReferences: [{ ...kind, name: 'gone', uid: `${uid.slice(1)}0` }] }),
    )
    await firstDenial
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(cluster.get(kind, { name: 'owned' })).toBeDefined()
    isAllowed = true
    const gone = cluster.wait(() => (cluster.get(kind, { name: 'owned' }) === undefined ? true : undefined))
    // the pause begins when the denial has come back
    while (cluster.get(kind, { name: 'owned' }) !== undefined) {
      clock.advance(100)
      await client.get('/version')
    }
    await gone
    expect(denied).toBe(1)
  })

  it('stops while a webhook has not answered', async () => {
    let arrived = (): void => undefined
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const [cluster, client] = await asked(async () => {
      arrived()
      return new Promise(() => undefined)
    })
    const answer = client.post(configMaps, configMap('a')).catch(() => undefined)
    await arrival
    await cluster.stop()
    await answer
  })

  it('refuses to install what is no webhook configuration', async () => {
    const [cluster] = await started()
    const server = await served(() => ({ allowed: true }))
    await expect(installWebhooks(cluster, configMap('a'), server)).rejects.toThrow('no webhook configuration')
  })
})

describe('a webhook server', () => {
  it('answers each path by its own handler, and tells of what fails', async () => {
    const [cluster, client] = await started()
    const server = await served({
      '/one': () => {
        throw new Error('broken')
      },
    })
    await installWebhooks(cluster, configuration('Validating'), server)
    expect((await client.post(configMaps, configMap('a'))).body.message).toContain(
      '(\\"broken\\")'.replaceAll('\\', ''),
    )
    expect(server.reviews).toMatchObject([{ path: '/one', answer: undefined }])
    await installWebhooks(
      cluster,
      configuration('Validating', { clientConfig: { url: 'https://elsewhere.example.com/two' } }),
      server,
    )
    expect((await client.post(configMaps, configMap('a'))).body.message).toContain(
      'the server could not find the requested resource',
    )
  })
})
