import type { CaseApi } from '../../case-api.ts'

/** A Deployment that nothing runs: one container of an image, a label. */
export const deployment = (name: string, { replicas = 2, image = 'registry.example.com/web:1' } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image }] },
    },
  },
})

export const configMap = (name: string, data: Readonly<Record<string, string>>, labels = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
  data,
})

export const pod = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: {
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/web:1',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [{ name: 'MODE', value: 'test' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
      },
    ],
  },
})

export const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: {
    clusterIP: 'None',
    selector: { app: name },
    ports: [{ name: 'http', port: 80, targetPort: 'http' }],
  },
})

export const node = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, 'node-role.kubernetes.io/worker': '' } },
})

/** The group of a case's own kinds. */
export const groupOf = (api: CaseApi): string => `${api.namespace}.example.com`

const ownSchema = {
  type: 'object',
  description: 'A thing is made of parts.',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      description: 'What is wanted.\nIn two lines.',
      required: ['size'],
      properties: {
        size: { type: 'integer', format: 'int32', minimum: 1, description: 'How big it is.' },
        color: { type: 'string', enum: ['red', 'green'], default: 'red', description: 'Its color.' },
        replicas: { type: 'integer' },
        ratio: { type: 'number' },
        parts: {
          type: 'array',
          description: 'Of which it is made.',
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, weight: { 'x-kubernetes-int-or-string': true } },
          },
        },
        tags: { type: 'object', additionalProperties: { type: 'string' } },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        embedded: { type: 'array', items: { type: 'string' } },
      },
    },
    status: {
      type: 'object',
      description: 'What was seen.',
      properties: {
        replicas: { type: 'integer' },
        phase: { type: 'string' },
        since: { type: 'string', format: 'date-time' },
        conditions: {
          type: 'array',
          items: {
            type: 'object',
            properties: { type: { type: 'string' }, status: { type: 'string' }, reason: { type: 'string' } },
          },
        },
      },
    },
  },
}

/** A kind of a case's own: no two cases share a name, as all of them run side by side. */
export interface OwnKind {
  /** `sprocket` */
  readonly singular: string
  readonly kind: string
}

/** The definition of a kind with a schema, columns, status and scale. */
const definitionOf = (api: CaseApi, { singular, kind }: OwnKind) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${singular}s.${groupOf(api)}` },
  spec: {
    group: groupOf(api),
    scope: 'Namespaced',
    names: {
      plural: `${singular}s`,
      singular,
      kind,
      listKind: `${kind}List`,
      shortNames: [singular.slice(0, 3)],
      categories: [`all-${singular}s`],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: ownSchema },
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Since', type: 'date', jsonPath: '.status.since' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
  },
})

export const ownObject = (api: CaseApi, { kind }: OwnKind, name: string, spec: object = { size: 3 }) => ({
  apiVersion: `${groupOf(api)}/v1`,
  kind,
  metadata: { name },
  spec,
})

/** Defines a kind and waits until it is served and documented. */
export const define = async (api: CaseApi, own: OwnKind): Promise<void> => {
  await api.kubectl('create -f -', { stdin: [definitionOf(api, own)] })
  await api.kubectl(`wait --for=condition=Established crd/${own.singular}s.${groupOf(api)} --timeout=60s`)
  const show = { show: () => undefined }
  await api.until(
    `/apis/${groupOf(api)}/v1`,
    ({ status, body }) => status === 200 && body.resources.length > 0,
    show,
  )
  await api.until(`/openapi/v3/apis/${groupOf(api)}/v1`, ({ status }) => status === 200, show)
}

/** Takes the definition away. */
export const undefine = async (api: CaseApi, { singular }: OwnKind): Promise<void> => {
  await api.kubectl(`delete crd ${singular}s.${groupOf(api)} --wait=false`)
}
