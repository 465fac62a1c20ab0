import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  agentPolicies,
  contract,
  kinds,
  mirrorPeerCrd,
  type CustomResourceDefinition,
  type MirrorPeer,
} from '@odfmo/api-types'
import { connect, Metrics, silentLogger, type KubeClient } from '@odfmo/controller-kit'
import { installWebhooks, startTestCluster, type Cluster, type ObjectSource } from '@odfmo/testkit'
import { webhookManager } from '../../src/run-webhook.ts'
import { WebhookMetrics } from '../../src/webhook-metrics.ts'
import { HandSource, listening } from '../serving.ts'
import { testAuthority } from '../test-certificates.ts'

/** Who judges MirrorPeers on a cluster. */
export interface Guards {
  /** CEL: the definition's schema and rules, and the agents' policies. */
  readonly cel: boolean
  readonly webhook: boolean
}

/** A cluster whose MirrorPeers are judged, and clients of it. */
export interface GuardedCluster {
  readonly cluster: Cluster
  /** Whoever this is has all rights: what is refused, is refused by admission. */
  as(user: string): Promise<KubeClient>
  /** How many reviews the validating webhook has answered. */
  reviews(): Promise<number>
  end(): Promise<void>
}

const { group, webhook } = contract

/** The definition without a schema: anything is stored. */
const bareDefinition: CustomResourceDefinition = {
  ...mirrorPeerCrd,
  spec: {
    ...mirrorPeerCrd.spec,
    versions: mirrorPeerCrd.spec.versions.map((version) => ({
      ...version,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
}

const registered = (kind: string, name: string, at: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'odfmo-webhook' },
  webhooks: [
    {
      name,
      clientConfig: { service: { namespace: 'odfmo', name: 'odfmo-webhook', path: at } },
      rules: [
        {
          apiGroups: [group],
          apiVersions: [contract.version],
          resources: [kinds.MirrorPeer.plural],
          operations: ['CREATE', 'UPDATE'],
        },
      ],
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
    },
  ],
})

const configurations = [
  registered('MutatingWebhookConfiguration', webhook.mutatingName, webhook.mutatePath),
  registered('ValidatingWebhookConfiguration', webhook.validatingName, webhook.validatePath),
]

/** A cluster on which `stored` was stored before the guards came. A real server acts by them a moment later. */
export const startGuarded = async (
  guards: Guards,
  stored: readonly MirrorPeer[],
): Promise<GuardedCluster> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'odfmo-guarded-'))
  const cluster = await startTestCluster({ crds: [bareDefinition] })
  const server = await startWebhook()
  const clients = new Map<string, Promise<KubeClient>>()
  const clientOf = async (user: string): Promise<KubeClient> => {
    const kubeconfig = path.join(folder, `${clients.size}.kubeconfig`)
    await writeFile(kubeconfig, cluster.kubeconfig({ user, groups: ['system:masters'] }))
    return connect({ component: 'test', kubeconfig })
  }
  await cluster.apply(...(stored as readonly object[] as readonly ObjectSource[]))
  if (guards.cel) {
    await cluster.installCrds(mirrorPeerCrd)
    await cluster.apply(...(agentPolicies as readonly object[] as readonly ObjectSource[]))
  }
  if (guards.webhook) await installWebhooks(cluster, configurations, server)
  return {
    cluster,
    as: (user) => {
      const client = clients.get(user) ?? clientOf(user)
      clients.set(user, client)
      return client
    },
    reviews: server.reviews,
    async end() {
      for (const client of clients.values()) await (await client).close()
      await cluster.stop()
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** The webhook, in this process. */
const startWebhook = async () => {
  const authority = testAuthority('webhook', Date.now())
  const certificates = new HandSource()
  certificates.give(authority.certificate())
  const metrics = new Metrics()
  const { manager, server } = webhookManager({
    config: { host: '127.0.0.1', port: 0 },
    certificates,
    logger: silentLogger,
    metrics,
    webhookMetrics: new WebhookMetrics(metrics),
    limits: { quietMs: 10 },
  })
  const abort = new AbortController()
  const running = manager.run(abort.signal)
  await listening(server, running)
  const counts = new RegExp(
    `^odfmo_webhook_reviews_total\\{webhook="${webhook.validatePath}".*\\} (\\d+)$`,
    'gm',
  )
  return {
    url: `https://127.0.0.1:${server.port}`,
    caBundle: Buffer.from(authority.pem).toString('base64'),
    reviews: async (): Promise<number> => {
      const { body } = await metrics.text()
      return [...body.matchAll(counts)].reduce((sum, [, count]) => sum + Number(count), 0)
    },
    stop: async (): Promise<void> => {
      abort.abort()
      await running
    },
  }
}
