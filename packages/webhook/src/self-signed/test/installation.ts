import {
  contract,
  kinds,
  mirrorPeerCrd,
  type Secret,
  type Webhook,
  type WebhookConfiguration,
} from '@odfmo/api-types'
import { apiVersionOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import {
  Credentials,
  KubeClient,
  Metrics,
  silentLogger,
  systemClock,
  type Clock,
  type Logger,
} from '@odfmo/controller-kit'
import { startTestCluster, type Cluster, type UserIdentity } from '@odfmo/testkit'
import { webhookManager } from '../../run-webhook.ts'
import { WebhookMetrics } from '../../webhook-metrics.ts'
import type { Lifetimes } from '../lifetimes.ts'
import { installedIn, serviceHosts } from '../names.ts'
import type { ConfigurationName } from '../observation.ts'
import { selfSignedRbac, webhookAccountName } from '../rbac.ts'
import { SelfSignedCertificates } from '../self-signed-certificates.ts'
import { systemMaterial } from '../x509/material.ts'
import { startBalancer, type Balancer } from './balancer.ts'

export const namespace = 'odfmo'
export const names = installedIn(namespace)
export const webhookUser = `system:serviceaccount:${namespace}:${webhookAccountName}`

/** As long as a test can wait, in whole seconds as certificates count. */
const shortLifetimes: Lifetimes = {
  authorityMs: 20_000,
  leafMs: 6000,
  settleMs: 200,
  backdateMs: 3_600_000,
}

const configurationKinds = {
  mutating: kinds.MutatingWebhookConfiguration,
  validating: kinds.ValidatingWebhookConfiguration,
} as const

const ref = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

/** A replica of the whole service, in this process. */
export interface Replica {
  readonly certificates: SelfSignedCertificates
  readonly port: number
  /** What its `/metrics` says. */
  metrics(): Promise<string>
  stop(): Promise<void>
}

/** A cluster whose API server calls replicas through a balancer. */
export interface Installation<C extends Cluster = Cluster> {
  readonly cluster: C
  readonly balancer: Balancer
  /** As manifests have it: `kubectl apply` of one that has been there before empties the caBundle. */
  configuration(name: ConfigurationName, caBundle?: string): WebhookConfiguration
  caBundle(name: ConfigurationName): Promise<string>
  secret(): Promise<Secret | undefined>
  /** A client that may do anything; whoever asks closes it. */
  admin(): Promise<KubeClient>
  startReplica(options?: { lifetimes?: Lifetimes; clock?: Clock; logger?: Logger }): Promise<Replica>
  end(): Promise<void>
}

const clientOf = async (cluster: Cluster, identity: UserIdentity): Promise<KubeClient> => {
  const kubeconfig = cluster.kubeconfig(identity)
  const data = (field: string): { readonly value: string } => {
    const base64 = new RegExp(`${field}: "?([\\w+/=]+)`).exec(kubeconfig)?.[1] ?? ''
    return { value: Buffer.from(base64, 'base64').toString() }
  }
  const access = {
    server: cluster.url,
    ca: { value: cluster.ca },
    cert: data('client-certificate-data'),
    key: data('client-key-data'),
  }
  const credentials = await Credentials.load({ access })
  return new KubeClient({ cluster: 'hub', component: 'webhook', version: '0', credentials })
}

/** A cluster with the definitions and the rights that ship, and nothing else of ours. */
export const install = async <C extends Cluster = Cluster>(
  start: (options: {
    name: string
    crds: readonly (typeof mirrorPeerCrd)[]
  }) => Promise<C> = startTestCluster as never,
): Promise<Installation<C>> => {
  const cluster = await start({ name: 'hub', crds: [mirrorPeerCrd] })
  await cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...(selfSignedRbac(namespace) as readonly KubeObject[] as never[]),
  )
  const replicas = new Set<Replica>()
  const balancer = await startBalancer(() =>
    [...replicas].filter(({ certificates }) => certificates.current() !== undefined).map(({ port }) => port),
  )
  const bundleOf = async (name: ConfigurationName): Promise<string> => {
    const found = (await cluster.get(ref(configurationKinds[name]), { name: names[name] })) as
      | WebhookConfiguration
      | undefined
    return Buffer.from(found?.webhooks?.[0]?.clientConfig.caBundle ?? '', 'base64').toString()
  }
  return {
    cluster,
    balancer,
    caBundle: bundleOf,
    configuration: (name, caBundle) => configurationFor(name, balancer.port, caBundle),
    secret: async () =>
      (await cluster.get(ref(kinds.Secret), { namespace, name: names.secret })) as Secret | undefined,
    admin: () => clientOf(cluster, {}),
    async startReplica(options) {
      const replica = await startReplica(cluster, options)
      replicas.add(replica)
      return {
        ...replica,
        async stop() {
          replicas.delete(replica)
          await replica.stop()
        },
      }
    },
    async end() {
      await Promise.all([...replicas].map((replica) => replica.stop()))
      await balancer.stop()
      await cluster.stop()
    },
  }
}

const configurationFor = (name: ConfigurationName, port: number, caBundle?: string): WebhookConfiguration => {
  const path = name === 'mutating' ? contract.webhook.mutatePath : contract.webhook.validatePath
  const webhook: Webhook & Record<string, unknown> = {
    name: name === 'mutating' ? contract.webhook.mutatingName : contract.webhook.validatingName,
    clientConfig: {
      url: `https://127.0.0.1:${port}${path}`,
      ...(caBundle === undefined ? {} : { caBundle }),
    },
    rules: [
      {
        apiGroups: [contract.group],
        apiVersions: [contract.version],
        operations: ['CREATE', 'UPDATE'],
        resources: [kinds.MirrorPeer.plural],
      },
    ],
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  }
  return { ...ref(configurationKinds[name]), metadata: { name: names[name] }, webhooks: [webhook] }
}

const startReplica = async (
  cluster: Cluster,
  { lifetimes = shortLifetimes, clock = systemClock, logger = silentLogger } = {},
): Promise<Replica> => {
  const client = await clientOf(cluster, { user: webhookUser, groups: ['system:serviceaccounts'] })
  const metrics = new Metrics()
  const certificates = new SelfSignedCertificates({
    client,
    names,
    hosts: [...serviceHosts(namespace), '127.0.0.1'],
    lifetimes,
    clock,
    material: systemMaterial,
    logger,
    observer: metrics,
  })
  const { manager, server } = webhookManager({
    config: { host: '127.0.0.1', port: 0 },
    certificates,
    client,
    logger,
    metrics,
    webhookMetrics: new WebhookMetrics(metrics),
    limits: { quietMs: 50 },
  })
  const stopping = new AbortController()
  const running = manager.run(stopping.signal)
  running.catch(() => undefined)
  while (server.port === 0) await Promise.race([running, new Promise((resolve) => setImmediate(resolve))])
  return {
    certificates,
    port: server.port,
    metrics: async () => (await metrics.text()).body,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
