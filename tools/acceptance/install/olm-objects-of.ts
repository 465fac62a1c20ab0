import { createHash } from 'node:crypto'
import type { V1Deployment, V1PodSpec } from '@kubernetes/client-node'
import { kinds } from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import type {
  ClusterServiceVersion,
  Permissions,
  WebhookDefinition,
} from '../../generate/olm/csv/cluster-service-version.ts'
import { olmCertificates, olmServiceName } from '../../generate/olm/csv/webhook-definitions.ts'
import type { Issued } from './service-ca.ts'

/** What OLM knows when it installs a bundle. */
export interface OlmInstallation {
  readonly csv: ClusterServiceVersion
  /** The rest of the bundle. */
  readonly objects: readonly KubeObject[]
  readonly namespace: string
  /** For the Service that it makes. */
  readonly certificate: Issued
  /** Of the ClusterServiceVersion on the cluster. */
  readonly ownerUid?: string
}

/** Before the name of a ClusterServiceVersion, on what does not go with it by itself: what belongs to no namespace. */
export const ownerLabel = 'olm.owner'

type Strategy = ClusterServiceVersion['spec']['install']['spec']['deployments'][number]

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/**
 * What OLM writes for a bundle besides the ClusterServiceVersion, in a namespace whose OperatorGroup is for that namespace:
 * then the rights of `permissions` are given in that namespace, which is the least that a bundle can count on. After
 * operator-lifecycle-manager, `pkg/controller/install` (deployments, certificates, webhooks) and `pkg/controller/registry`
 * (accounts and rights).
 */
export const olmObjectsOf = (installation: OlmInstallation): readonly KubeObject[] => {
  const { csv, objects, namespace, ownerUid } = installation
  const { deployments, permissions, clusterPermissions } = csv.spec.install.spec
  const name = csv.metadata.name ?? ''
  const owner = { apiVersion: csv.apiVersion ?? '', kind: csv.kind ?? '', name, uid: ownerUid ?? '' }
  const owned = (object: KubeObject): KubeObject => {
    // Definitions stay when the operator goes.
    if (object.kind === kinds.CustomResourceDefinition.kind) return object
    const labels = { ...object.metadata.labels, [ownerLabel]: name }
    if (!isNamespaced(object)) return { ...object, metadata: { ...object.metadata, labels } }
    const ownerReferences = ownerUid === undefined ? [] : [owner]
    return { ...object, metadata: { ...object.metadata, namespace, labels, ownerReferences } }
  }
  const accounts = new Set([...permissions, ...clusterPermissions].map((one) => one.serviceAccountName))
  return [
    ...objects,
    ...[...accounts].map((account) => object(kinds.ServiceAccount, account)),
    ...permissions.flatMap((one) => rights('', name, namespace, one)),
    ...clusterPermissions.flatMap((one) => rights('Cluster', name, namespace, one)),
    ...certificateOf(installation),
    ...deployments.map((one) => deploymentOf(one, installation)),
    ...csv.spec.webhookdefinitions.map((one) => configurationOf(one, installation)),
  ].map(owned)
}

const object = (kind: Kind, name: string, fields: object = {}): KubeObject => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
  metadata: { name },
  ...fields,
})

const clusterScoped = /^(Cluster.*|.*WebhookConfiguration)$/
const isNamespaced = ({ kind = '' }: KubeObject): boolean => !clusterScoped.test(kind)

const rights = (
  prefix: '' | 'Cluster',
  csvName: string,
  namespace: string,
  { serviceAccountName, rules }: Permissions,
): readonly KubeObject[] => {
  const name = `${csvName}-${serviceAccountName}`
  const subjects = [{ kind: 'ServiceAccount', name: serviceAccountName, namespace }]
  const roleRef = { apiGroup: kinds.Role.group, kind: `${prefix}Role`, name }
  return [
    object(kinds[`${prefix}Role`], name, { rules }),
    object(kinds[`${prefix}RoleBinding`], name, { roleRef, subjects }),
  ]
}

const secretName = (deployment: string): string => `${olmServiceName(deployment)}-cert`

/** For each Deployment with webhooks. */
const certificateOf = ({ csv, certificate: { ca, cert, key } }: OlmInstallation): readonly KubeObject[] => {
  const { deployments } = csv.spec.install.spec
  const definitions = new Map(csv.spec.webhookdefinitions.map((one) => [one.deploymentName, one]))
  return [...definitions].flatMap(([deployment, { containerPort, targetPort }]) => [
    object(kinds.Service, olmServiceName(deployment), {
      spec: {
        selector: deployments.find(({ name }) => name === deployment)?.spec.selector.matchLabels,
        ports: [{ name: String(containerPort), port: containerPort, targetPort }],
      },
    }),
    object(kinds.Secret, secretName(deployment), {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(cert), 'tls.key': base64(key), olmCAKey: base64(ca) },
    }),
  ])
}

const deploymentOf = ({ name, label, spec }: Strategy, { csv, certificate }: OlmInstallation): KubeObject => {
  const hasWebhooks = csv.spec.webhookdefinitions.some(({ deploymentName }) => deploymentName === name)
  const deployment = hasWebhooks ? withCertificate(name, spec, certificate) : spec
  const conditionName = { name: 'OPERATOR_CONDITION_NAME', value: csv.metadata.name ?? '' }
  const withCondition = ofPods(deployment, (pod) => ({
    ...pod,
    containers: pod.containers.map((one) => ({ ...one, env: [...(one.env ?? []), conditionName] })),
  }))
  return { ...object(kinds.Deployment, name, { spec: withCondition }), metadata: { name, labels: label } }
}

/** Mounted in each container, by two names: one for each generation of operators. */
const withCertificate = (name: string, spec: Strategy['spec'], { ca }: Issued): Strategy['spec'] => {
  const places = [
    { name: 'apiservice-cert', mountPath: olmCertificates, file: 'apiserver' },
    { name: 'webhook-cert', mountPath: '/tmp/k8s-webhook-server/serving-certs', file: 'tls' },
  ]
  const mounted = ofPods(spec, (pod) => ({
    ...pod,
    volumes: [
      ...(pod.volumes ?? []),
      ...places.map((place) => ({
        name: place.name,
        secret: {
          secretName: secretName(name),
          items: ['crt', 'key'].map((end) => ({ key: `tls.${end}`, path: `${place.file}.${end}` })),
        },
      })),
    ],
    containers: pod.containers.map((container) => ({
      ...container,
      volumeMounts: [
        ...(container.volumeMounts ?? []),
        ...places.map((place) => ({ name: place.name, mountPath: place.mountPath })),
      ],
    })),
  }))
  const annotations = {
    ...spec.template.metadata?.annotations,
    olmcahash: createHash('sha256').update(ca).digest('hex'),
  }
  return {
    ...mounted,
    template: { ...mounted.template, metadata: { ...spec.template.metadata, annotations } },
  }
}

const ofPods = (
  spec: NonNullable<V1Deployment['spec']>,
  change: (pod: V1PodSpec) => V1PodSpec,
): NonNullable<V1Deployment['spec']> => {
  const pod = spec.template.spec
  if (pod === undefined) throw new Error('a Deployment without pods')
  return { ...spec, template: { ...spec.template, spec: change(pod) } }
}

const configurationOf = (
  {
    type,
    generateName,
    deploymentName,
    containerPort,
    targetPort: _ofContainer,
    webhookPath,
    ...rest
  }: WebhookDefinition,
  { csv, namespace, certificate }: OlmInstallation,
): KubeObject => {
  const kind =
    type === 'MutatingAdmissionWebhook'
      ? kinds.MutatingWebhookConfiguration
      : kinds.ValidatingWebhookConfiguration
  const service = { name: olmServiceName(deploymentName), namespace, path: webhookPath, port: containerPort }
  const clientConfig = { service, caBundle: base64(certificate.ca) }
  // OLM lets the server find a name that is free.
  return object(kind, `${generateName}-${csv.spec.version}`, {
    webhooks: [{ name: generateName, clientConfig, ...rest }],
  })
}
