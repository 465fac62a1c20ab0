import { startCluster, startConversionServer } from '@odfmo/testkit'
import type { KubeObject } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { send } from './send.ts'

const version = (name: string, field: string) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { [field]: { type: 'integer' } } } },
    },
  },
})
/** As an operator ships it: its webhook is a service of the cluster. */
const gauges = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gauges.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Gauge', plural: 'gauges' },
    versions: [version('v1', 'size'), version('v2', 'width')],
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { service: { namespace: 'app', name: 'gauges', path: '/convert' } },
      },
    },
  },
}
const convertGauge = (object: KubeObject, desiredAPIVersion: string): KubeObject => {
  const { size, width } = object['spec'] as { size?: number; width?: number }
  const value = size ?? width
  const spec = desiredAPIVersion.endsWith('/v1') ? { size: value } : { width: value }
  return { ...object, apiVersion: desiredAPIVersion, spec }
}

it('converts objects by a function of the test', async () => {
  const cluster = await startCluster()
  const webhook = await startConversionServer(convertGauge) // (object, desiredAPIVersion) => object
  await cluster.installCrds(gauges, { conversion: webhook })
  await cluster.apply({
    apiVersion: 'example.com/v1',
    kind: 'Gauge',
    metadata: { name: 'a' },
    spec: { size: 3 },
  })
  const gauge = await send(cluster, 'GET', '/apis/example.com/v2/namespaces/default/gauges/a')
  expect(gauge.body).toMatchObject({ apiVersion: 'example.com/v2', spec: { width: 3 } })
  expect(webhook.reviews).toMatchObject([{ path: '/convert', desiredAPIVersion: 'example.com/v2' }])
  await webhook.stop()
  await cluster.stop()
})
