import path from 'node:path'
import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { kinds, mirrorPeerCrd } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { namespace, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hubReference } from '../../reference/hub-reference.ts'
import { baseNamespace } from '../names.ts'
import { serviceFacts } from '../service-facts.ts'
import { olmFiles } from './olm-files.ts'
import { csvIn, nameOf, objectsBelow } from './test/olm-objects.ts'

const [facts, hub] = await Promise.all([serviceFacts(), hubReference()])
const files = olmFiles(facts, hub, { version: '1.2.3', previous: '1.2.2' })
const csv = csvIn(files)
const plurals: Readonly<Record<string, string>> = {
  ClusterServiceVersion: 'clusterserviceversions',
  CatalogSource: 'catalogsources',
  OperatorGroup: 'operatorgroups',
  Subscription: 'subscriptions',
}

describe('an API server with the definitions of OLM, which refuses fields that it does not know,', () => {
  let cluster: Cluster
  let api: CustomObjectsApi
  beforeAll(async () => {
    cluster = await startTestCluster({ crds: [path.join(import.meta.dirname, 'fixtures'), mirrorPeerCrd] })
    const config = new KubeConfig()
    config.loadFromString(cluster.kubeconfig())
    api = config.makeApiClient(CustomObjectsApi)
    await cluster.apply(
      ...[baseNamespace, 'openshift-marketplace', 'ramen-system'].map((name) => namespace(name)),
    )
  })
  afterAll(() => cluster.stop())

  /** What the server answers to a dry run; nothing when it takes the object. */
  const refusalOf = async (body: KubeObject): Promise<string | undefined> => {
    const [group = '', version = ''] = (body.apiVersion ?? '').split('/')
    const plural = plurals[body.kind ?? ''] ?? ''
    const at = { group, version, plural, namespace: body.metadata.namespace ?? baseNamespace }
    try {
      await api.createNamespacedCustomObject({ ...at, body, dryRun: 'All', fieldValidation: 'Strict' })
      return undefined
    } catch (error) {
      return (error instanceof Error ? error.message : String(error)).replaceAll('\\', '')
    }
  }

  it('takes the ClusterServiceVersion', async () => {
    expect(await refusalOf(csv)).toBeUndefined()
  })

  it.each(['openshift-operators', 'own-namespace'])('takes what subscribes to it in %s', async (where) => {
    const objects = objectsBelow(
      files.filter(({ file }) => file.endsWith(`${where}.yaml`)),
      'subscribe',
    )
    expect(objects.map(nameOf)).toContain('Subscription odf-multicluster-orchestrator')
    for (const object of objects)
      expect([nameOf(object), await refusalOf(object)]).toEqual([nameOf(object), undefined])
  })

  it('takes the MirrorPeer that the ClusterServiceVersion shows', async () => {
    const [body] = JSON.parse(csv.metadata.annotations?.['alm-examples'] ?? '') as readonly KubeObject[]
    const { group, version, plural } = kinds.MirrorPeer
    const options = { dryRun: 'All', fieldValidation: 'Strict' }
    await api.createClusterCustomObject({ group, version, plural, body, ...options })
  })

  it('refuses a field that there is not, deep in a Deployment too', async () => {
    const [deployment, ...others] = csv.spec.install.spec.deployments
    const [container, ...more] = deployment?.spec.template.spec?.containers ?? []
    const pod = {
      ...deployment?.spec.template.spec,
      containers: [{ ...container, imagePolicy: 'Always' }, ...more],
    }
    const wrong = {
      ...deployment,
      spec: { ...deployment?.spec, template: { ...deployment?.spec.template, spec: pod } },
    }
    const install = {
      ...csv.spec.install,
      spec: { ...csv.spec.install.spec, deployments: [wrong, ...others] },
    }
    const refusal = await refusalOf({ ...csv, spec: { ...csv.spec, install } } as KubeObject)
    expect(refusal).toContain(
      'unknown field "spec.install.spec.deployments[0].spec.template.spec.containers[0].imagePolicy"',
    )
  })

  it('refuses a webhook of a type that there is not', async () => {
    const webhookdefinitions = csv.spec.webhookdefinitions.map((one) => ({
      ...one,
      type: 'AdmittingWebhook',
    }))
    const refusal = await refusalOf({ ...csv, spec: { ...csv.spec, webhookdefinitions } } as KubeObject)
    expect(refusal).toContain('Unsupported value')
  })
})
