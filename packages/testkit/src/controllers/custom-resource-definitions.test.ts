import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manualClock } from '../clock/manual-clock.ts'
import type { ManualClock } from '../clock/manual-clock.ts'
import type { InMemoryCluster } from '../cluster.ts'
import { startConversionServer } from '../conversion/start-conversion-server.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
const version = (name: string, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  ...more,
})

const widgets = {
  ...definition,
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [version('v1')],
  },
}

const refusing = (operation: string, resource: string): object[] => [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'never' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['*'], apiVersions: ['*'], operations: [operation], resources: [resource] },
        ],
      },
      validations: [{ expression: 'false' }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'never' },
    spec: { policyName: 'never', validationActions: ['Deny'] },
  },
]

describe('definitions', () => {
  let clock: ManualClock
  let cluster: InMemoryCluster
  let client: TestClient
  beforeEach(async () => {
    clock = manualClock()
    cluster = await startCluster({ clock })
    client = testClient(cluster)
  })
  afterEach(async () => {
    await client.close()
    await cluster.stop()
  })

  /** Time moves, with requests in between, until it is so. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      await client.get('/version')
      clock.advance(1_000)
    }
  }
  const isThere = (name: string): boolean => cluster.get(definition, { name }) !== undefined

  it('go with their objects, whatever policies say of these', async () => {
    await cluster.installCrds(widgets)
    await cluster.apply({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } })
    await cluster.apply(...refusing('DELETE', 'widgets'))
    const kept = await client.delete('/apis/example.com/v1/namespaces/default/widgets/a')
    expect(kept.status).toBe(422)
    await client.delete(`${definitions}/widgets.example.com`)
    await until(() => !isThere('widgets.example.com'))
  })

  it('whose status may not be written are established when it may', async () => {
    await cluster.apply(...refusing('UPDATE', 'customresourcedefinitions/status'))
    expect((await client.post(definitions, widgets)).status).toBe(201)
    await client.get('/version')
    const served = '/apis/example.com/v1/widgets'
    expect((await client.get(served)).status).toBe(404)
    await client.delete(`${policies}/never`)
    await until(() =>
      JSON.stringify(cluster.get(definition, { name: 'widgets.example.com' })).includes(
        'InitialNamesAccepted',
      ),
    )
    expect((await client.get(served)).status).toBe(200)
  })

  it('let a namespace go when their webhook, which its objects need, is in order again', async () => {
    let isBroken = true
    const webhook = await startConversionServer((object, apiVersion) => {
      if (isBroken) throw new Error('out of order')
      return { ...object, apiVersion }
    })
    const service = { namespace: 'app', name: 'widgets', path: '/convert' }
    const conversion = {
      strategy: 'Webhook',
      webhook: { conversionReviewVersions: ['v1'], clientConfig: { service } },
    }
    const inTwo = (stored: string): object => ({
      ...widgets,
      spec: {
        ...widgets.spec,
        versions: ['v1', 'v2'].map((name) => version(name, { storage: name === stored })),
        conversion,
      },
    })
    await cluster.installCrds(inTwo('v1'), { conversion: webhook })
    const namespace = { apiVersion: 'v1', kind: 'Namespace' }
    await cluster.apply(
      { ...namespace, metadata: { name: 'team' } },
      { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'team' } },
    )
    await cluster.installCrds(inTwo('v2'), { conversion: webhook })
    await client.delete('/api/v1/namespaces/team')
    await until(() => JSON.stringify(cluster.get(namespace, { name: 'team' })).includes('out of order'))
    isBroken = false
    await until(() => cluster.get(namespace, { name: 'team' }) === undefined)
    await webhook.stop()
  })
})
