import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'

const specSchema = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    color: { type: 'string', default: 'red', enum: ['red', 'blue'] },
    name: { type: 'string' },
  },
  'x-kubernetes-validations': [
    { rule: '!has(oldSelf.name) || self.name == oldSelf.name', message: 'name is immutable' },
  ],
}
const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: specSchema,
      status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  },
}

const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
        },
        selectableFields: [{ jsonPath: '.spec.color' }],
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        ],
        schema,
      },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        // another one: selectable fields are of versions with schemas of their own
        schema: { openAPIV3Schema: { ...schema.openAPIV3Schema, description: 'of the first version' } },
      },
      { name: 'v1alpha1', served: false, storage: false, schema },
    ],
  },
}

const path = '/apis/example.com/v1/namespaces/default/widgets'
const widget = (name: string, spec: object): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
})

let cluster: InMemoryCluster
let client: TestClient

beforeAll(async () => {
  cluster = await startCluster({ crds: [widgets] })
  client = testClient(cluster)
})
afterAll(async () => {
  await client.close()
  await cluster.stop()
})

describe('custom resources', () => {
  it('are established at once and discovered', async () => {
    const { body } = await client.get(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com',
    )
    expect(body.status).toMatchObject({
      storedVersions: ['v1'],
      acceptedNames: { singular: 'widget', listKind: 'WidgetList' },
    })
    expect(body.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Established', status: 'True' }),
    )
    expect((await client.get('/apis/example.com')).body).toMatchObject({
      preferredVersion: { version: 'v1' },
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
    })
    expect((await client.get('/apis/example.com/v1alpha1/widgets')).status).toBe(404)
  })

  it('are pruned, defaulted and keep status to its path', async () => {
    const made = await client.post(path, { ...widget('a', { size: 1, typo: 1 }), status: { x: 1 } })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ metadata: { generation: 1 }, spec: { size: 1, color: 'red' } })
    expect(made.body.spec.typo).toBeUndefined()
    expect(made.body.status).toBeUndefined()
    expect(made.headers['warning']).toContain('unknown field')
    const status = await client.patch(`${path}/a/status`, {
      spec: { size: 9 },
      metadata: { labels: { a: 'b' } },
      status: { x: 1 },
    })
    expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { size: 1 }, status: { x: 1 } })
    expect(status.body.metadata.labels).toBeUndefined()
  })

  it('are refused when unknown fields are asked to be errors', async () => {
    const answer = await client.post(`${path}?fieldValidation=Strict`, widget('strict', { size: 1, typo: 1 }))
    expect(answer.body).toMatchObject({
      code: 400,
      message: expect.stringContaining('strict decoding error: unknown field "spec.typo"'),
    })
  })

  it('are validated, with causes', async () => {
    const { body } = await client.post(path, widget('bad', { size: 0, color: 'green' }))
    expect(body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: {
        name: 'bad',
        group: 'example.com',
        kind: 'Widget',
        causes: [
          {
            reason: 'FieldValueInvalid',
            field: 'spec.size',
            message: 'Invalid value: 0: spec.size in body should be greater than or equal to 1',
          },
          {
            reason: 'FieldValueNotSupported',
            field: 'spec.color',
            message: 'Unsupported value: "green": supported values: "red", "blue"',
          },
          {
            reason: 'FieldValueInvalid',
            field: '<nil>',
            message:
              'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
          },
        ],
      },
    })
    expect(body.message).toMatch(
      /^Widget\.example\.com "bad" is invalid: \[spec\.size: .+, spec\.color: .+, <nil>: .+\]$/,
    )
    expect((await client.post(path, { ...widget('b', {}), spec: undefined })).status).toBe(201)
    expect((await client.post(path, { metadata: { name: 'nokind' } })).body.message).toContain(
      "Object 'Kind' is missing",
    )
  })

  it('keep what their rules hold fast', async () => {
    await client.post(path, widget('rule', { size: 1, name: 'x' }))
    const answer = await client.patch(`${path}/rule`, { spec: { name: 'y' } })
    expect(answer.body).toMatchObject({
      code: 422,
      message: 'Widget.example.com "rule" is invalid: spec: Invalid value: name is immutable',
    })
    expect((await client.patch(`${path}/rule`, { spec: { size: 2 } })).status).toBe(200)
  })

  it('need a resourceVersion in a PUT and take no strategic patch', async () => {
    await client.post(path, widget('put', { size: 1 }))
    const { body } = await client.put(`${path}/put`, widget('put', { size: 2 }))
    expect(body.message).toBe(
      'widgets.example.com "put" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    )
    expect((await client.patch(`${path}/put`, {}, 'strategic-merge-patch+json')).status).toBe(415)
  })

  it('are served in every version, and their items carry their kind', async () => {
    await client.post(path, widget('v', { size: 3 }))
    const other = '/apis/example.com/v1beta1/namespaces/default/widgets/v'
    expect((await client.get(other)).body).toMatchObject({
      apiVersion: 'example.com/v1beta1',
      spec: { size: 3 },
    })
    expect((await client.patch(other, { spec: { size: 4 } })).body).toMatchObject({
      apiVersion: 'example.com/v1beta1',
      spec: { size: 4 },
    })
    expect((await client.get(`${path}/v`)).body).toMatchObject({
      apiVersion: 'example.com/v1',
      spec: { size: 4 },
    })
    expect((await client.get(path)).body.items[0]).toMatchObject({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
    })
  })

  it('show their columns, scale and select by their fields', async () => {
    await client.post(path, widget('cols', { size: 3, color: 'blue' }))
    await client.patch(`${path}/cols/status`, {
      status: {
        size: 2,
        conditions: [
          { type: 'Other', status: 'no' },
          { type: 'Ready', status: 'yes' },
        ],
      },
    })
    const table = await client.get(`${path}/cols`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(table.body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      'Name',
      'Size',
      'Ready',
    ])
    expect(table.body.rows[0].cells).toEqual(['cols', 3, 'yes'])
    expect((await client.get(`${path}/cols/scale`)).body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { replicas: 2 },
    })
    const selected = await client.get(`${path}?fieldSelector=spec.color=blue`)
    expect(selected.body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'cols',
    ])
  })

  it('are refused definitions that contradict themselves', async () => {
    const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    const wrong = { ...widgets, metadata: { name: 'other.example.com' } }
    expect((await client.post(crds, wrong)).body.message).toContain(
      'metadata.name: Invalid value: "other.example.com": must be spec.names.plural+"."+spec.group',
    )
    expect((await client.patch(`${crds}/widgets.example.com`, { spec: { scope: 'Cluster' } })).status).toBe(
      422,
    )
  })

  it('go with their definition', async () => {
    const gadgets = structuredClone(widgets)
    gadgets.metadata.name = 'gadgets.example.com'
    gadgets.spec.names = { plural: 'gadgets', kind: 'Gadget', shortNames: [] }
    await cluster.installCrds(gadgets)
    const gadget = { ...widget('g', { size: 1 }), kind: 'Gadget' }
    await cluster.apply({ ...gadget, metadata: { name: 'g', finalizers: ['x/y'] } })
    const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.example.com'
    const watch = await client.watch('/apis/example.com/v1/gadgets')
    await client.delete(crd)
    const one = '/apis/example.com/v1/namespaces/default/gadgets/g'
    await eventually(cluster, () =>
      expect(
        cluster.get({ apiVersion: 'example.com/v1', kind: 'Gadget' }, { name: 'g' })?.metadata
          .deletionTimestamp,
      ).toBeDefined(),
    )
    expect((await client.get(crd)).status).toBe(200)
    await client.patch(one, { metadata: { finalizers: null } })
    await eventually(cluster, () =>
      expect(() => cluster.list({ apiVersion: 'example.com/v1', kind: 'Gadget' })).toThrow('is served'),
    )
    expect((await client.get(crd)).status).toBe(404)
    expect((await client.get(one)).status).toBe(404)
    expect(await watch.ended).toBe(true)
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
  })
})
