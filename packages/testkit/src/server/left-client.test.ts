import { Agent, request } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { installWebhooks } from '../admission/install-webhooks.ts'
import { startWebhookServer } from '../admission/start-webhook-server.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
const configuration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'slow' },
  webhooks: [
    {
      name: 'slow.example.com',
      clientConfig: { service: { namespace: 'app', name: 'slow' } },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      admissionReviewVersions: ['v1'],
    },
  ],
}

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

describe('a client that leaves while a webhook is asked', () => {
  it.each([
    ['HTTP/1.1', false],
    ['HTTP/2', true],
  ])('has written nothing, over %s', async (_protocol, allowH2) => {
    const cluster = await startCluster()
    ends.push(() => cluster.stop())
    let answer = (): void => undefined
    const isAnswered = new Promise<void>((resolve) => (answer = resolve))
    let hear = (): void => undefined
    const isAsked = new Promise<void>((resolve) => (hear = resolve))
    const server = await startWebhookServer(async ({ name }) => {
      hear()
      if (name === 'a') await isAnswered
      return { allowed: true }
    })
    ends.push(() => server.stop())
    await cluster.wait(() =>
      cluster.get({ apiVersion: 'v1', kind: 'ConfigMap' }, { name: 'kube-root-ca.crt' }),
    )
    await installWebhooks(cluster, configuration, server)
    const { ca, cert, key } = cluster.credentials()
    const agent = new Agent({ allowH2, connect: { ca, cert, key } })
    ends.push(() => agent.destroy())
    const leaving = new AbortController()
    const sent = request(`${cluster.url}${configMaps}`, {
      method: 'POST',
      dispatcher: agent,
      signal: leaving.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(configMap),
    })
    await isAsked
    leaving.abort()
    await expect(sent).rejects.toThrow()
    await cluster.requests.wait({ verb: 'create', status: 0 })
    answer()
    const client = testClient(cluster)
    ends.push(() => client.close())
    // had the first one been written, it would be there before the answer to the next question
    const second = await client.post(configMaps, { ...configMap, metadata: { name: 'b' } })
    expect(second.status).toBe(201)
    expect((await client.get(`${configMaps}/a`)).status).toBe(404)
  })
})
