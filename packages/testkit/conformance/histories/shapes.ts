import { fields, list, map, odd, one } from './shape.ts'
import type { Shape } from './shape.ts'
import { gadgetGroup, gadgetSpec } from './gadget-definition.ts'

/** A kind that histories are made of. */
export interface HistoryKind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  /** What is written besides apiVersion, kind and metadata. */
  readonly content: Shape
  readonly subresources: readonly string[]
}

const text = one('a', 'b', 'c')
const labels = map(['x', 'y', 'z'], text)

export const metadataShape = fields({
  labels,
  annotations: map(['x', 'example.com/n'], one('a', 'b', '')),
  finalizers: list(one('example.com/f', 'example.com/g')),
})

const container = fields(
  {
    name: one('main', 'side', 'more'),
    image: one('i:1', 'i:2', 'i:latest'),
    command: list(text),
    ports: list(
      fields(
        {
          containerPort: one(80, 81),
          protocol: one('TCP', 'UDP'),
          name: one('http', 'dns'),
        },
        'containerPort',
      ),
      'containerPort',
    ),
    env: list(fields({ name: one('A', 'B', 'C'), value: one('1', '2', '') }, 'name'), 'name'),
    resources: fields({
      limits: fields({ cpu: one('1', '500m', '1000m', '1.5'), memory: one('1Mi', '1024Ki', '1e3', '1k') }),
      requests: map(['cpu'], one('100m', '0.1')),
    }),
    volumeMounts: list(
      fields(
        { name: one('v', 'w'), mountPath: one('/v', '/w'), readOnly: one(true, false) },
        'name',
        'mountPath',
      ),
      'mountPath',
    ),
    imagePullPolicy: one('Always', 'IfNotPresent'),
    securityContext: fields({
      runAsUser: one(1, 2),
      capabilities: fields({ add: list(one('A', 'B')), drop: list(one('C')) }),
    }),
  },
  'name',
  'image',
)

const deployment = fields(
  {
    spec: fields(
      {
        replicas: one(0, 1, 2),
        selector: one({ matchLabels: { app: 'a' } }),
        strategy: fields({
          type: one('RollingUpdate'),
          rollingUpdate: fields({ maxSurge: one(1, '50%'), maxUnavailable: one(0, 1, '25%') }),
        }),
        minReadySeconds: one(0, 5),
        paused: one(true, false),
        template: fields(
          {
            metadata: one({ labels: { app: 'a' } }, { labels: { app: 'a', more: 'b' } }),
            spec: fields(
              {
                containers: list(container, 'name'),
                tolerations: list(
                  fields(
                    { key: one('k', 'l'), operator: one('Exists'), effect: one('NoSchedule', 'NoExecute') },
                    'key',
                    'operator',
                  ),
                ),
                volumes: list(
                  fields(
                    {
                      name: one('v', 'w'),
                      emptyDir: fields({ medium: one('', 'Memory') }),
                      configMap: fields({ name: one('m'), optional: one(true) }, 'name'),
                    },
                    'name',
                  ),
                  'name',
                ),
                nodeSelector: map(['n', 'o'], text),
                hostAliases: list(
                  fields({ ip: one('1.2.3.4', '1.2.3.5'), hostnames: list(text) }, 'ip'),
                  'ip',
                ),
                imagePullSecrets: list(fields({ name: one('p', 'q') }, 'name'), 'name'),
                topologySpreadConstraints: list(
                  fields(
                    {
                      maxSkew: one(1, 2),
                      topologyKey: one('z', 'h'),
                      whenUnsatisfiable: one('DoNotSchedule', 'ScheduleAnyway'),
                      labelSelector: one({ matchLabels: { app: 'a' } }),
                    },
                    'maxSkew',
                    'topologyKey',
                    'whenUnsatisfiable',
                    'labelSelector',
                  ),
                  'topologyKey',
                ),
                securityContext: fields({ runAsUser: one(1, 2), supplementalGroups: list(one(1, 2)) }),
                terminationGracePeriodSeconds: one(1, 30),
              },
              'containers',
            ),
          },
          'metadata',
          'spec',
        ),
      },
      'selector',
      'template',
    ),
    status: fields({
      observedGeneration: one(1, 2),
      replicas: one(0, 1),
      conditions: list(
        fields(
          { type: one('Available', 'Progressing'), status: one('True', 'False'), reason: text },
          'type',
          'status',
        ),
        'type',
      ),
    }),
  },
  'spec',
)

const service = fields(
  {
    spec: fields(
      {
        clusterIP: one('None'),
        selector: one({ x: 'a' }, { x: 'b' }, { x: 'a', y: 'a' }),
        sessionAffinity: one('None', 'ClientIP'),
        publishNotReadyAddresses: one(true, false),
        externalIPs: list(one('1.2.3.4', '1.2.3.5')),
        ports: list(
          fields(
            {
              port: one(53, 80),
              protocol: one('TCP', 'UDP'),
              name: one('a', 'b', 'c'),
              targetPort: one(80, 81, 'web'),
              appProtocol: one('http'),
            },
            'port',
            'name',
          ),
          'port',
        ),
      },
      'clusterIP',
      'selector',
    ),
  },
  'spec',
)

const configMap = fields({
  data: map(['a', 'b', 'c'], odd(one('1', '2', ''))),
  binaryData: map(['d', 'e'], one('YQ==', '')),
})

export const historyKinds: readonly [HistoryKind, ...HistoryKind[]] = [
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', content: configMap, subresources: [] },
  { apiVersion: 'v1', kind: 'Service', plural: 'services', content: service, subresources: [] },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    plural: 'deployments',
    content: deployment,
    subresources: ['status'],
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    plural: 'deployments',
    content: deployment,
    subresources: ['status'],
  },
  {
    apiVersion: `${gadgetGroup}/v1`,
    kind: 'Gadget',
    plural: 'gadgets',
    content: fields({ spec: gadgetSpec, status: fields({ phase: text, seen: list(text) }) }, 'spec'),
    subresources: ['status'],
  },
  {
    apiVersion: `${gadgetGroup}/v1`,
    kind: 'Gadget',
    plural: 'gadgets',
    content: fields({ spec: gadgetSpec, status: fields({ phase: text, seen: list(text) }) }, 'spec'),
    subresources: ['status'],
  },
]
