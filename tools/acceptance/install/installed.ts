import { X509Certificate } from 'node:crypto'
import { kinds, type Deployment, type WebhookConfiguration } from '@odfmo/api-types'
import { apiVersionOf, type Kind } from '@odfmo/api-types/meta'
import { eventually, peerRef, type Cluster, type KindRef } from '@odfmo/testkit'
import { expect } from 'vitest'
import { components } from '../../generate/names.ts'

/** A process has to start, on a machine that has other things to do, and on a real control plane. */
const startsMs = 180_000

export const refOf = (kind: Kind): KindRef => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })

const isComplete = ({ metadata, spec, status }: Deployment): void => {
  const replicas = spec?.replicas ?? 1
  const wanted = { observedGeneration: metadata.generation, updatedReplicas: replicas, replicas }
  expect(status, metadata.name).toMatchObject({ ...wanted, readyReplicas: replicas })
}

/**
 * Resolves when every Deployment that is installed has all replicas as it says now, ready, and no other. Those that need not
 * run may be there too.
 */
export const untilRolledOut = async (
  hub: Cluster,
  namespace: string,
  idle: readonly string[] = [],
): Promise<void> => {
  const names = [components.hubController, components.webhook, ...idle].toSorted()
  await eventually(
    hub,
    async () => {
      const deployments = (await hub.list(refOf(kinds.Deployment), namespace)) as Deployment[]
      expect(deployments.map(({ metadata }) => metadata.name)).toEqual(names)
      deployments.filter(({ metadata }) => !idle.includes(metadata.name ?? '')).forEach(isComplete)
    },
    { timeoutMs: startsMs },
  )
}

const agentKey = { namespace: peerRef().storageClusterRef.namespace, name: 'token-exchange-agent' }

/** Resolves when each spoke runs the agent from this image, and nothing else as the agent. */
export const untilAgentsRun = (spokes: readonly Cluster[], image: string): Promise<void> =>
  eventually(
    spokes,
    async () => {
      for (const spoke of spokes) {
        const agent = (await spoke.get(refOf(kinds.Deployment), agentKey)) as Deployment | undefined
        expect(agent?.spec?.template.spec.containers[0]?.image, `the agent of ${spoke.name}`).toBe(image)
        if (agent !== undefined) isComplete(agent)
      }
    },
    { timeoutMs: startsMs },
  )

/** Secrets with their versions, and requests for certificates: a write, even of the same, would show. */
export const exchangedOn = async (clusters: readonly Cluster[]): Promise<readonly string[]> => {
  const lists = clusters.map(async (cluster) => {
    const secrets = await cluster.list(refOf(kinds.Secret))
    const requests = await cluster.list(refOf(kinds.CertificateSigningRequest))
    return [
      ...secrets.map(({ metadata }) => ({ kind: 'Secret', ...metadata, version: metadata.resourceVersion })),
      ...requests.map(({ metadata }) => ({ kind: 'CertificateSigningRequest', ...metadata, version: '' })),
    ].map(
      ({ kind, namespace = '', name = '', uid = '', version = '' }) =>
        `${cluster.name}: ${kind} ${namespace}/${name} ${uid} ${version}`,
    )
  })
  return (await Promise.all(lists)).flat().toSorted()
}

/** Resolves with the CA that both webhook configurations name, when they do. */
export const untilBundled = (hub: Cluster): Promise<X509Certificate> =>
  eventually(
    hub,
    async () => {
      const bundles: string[] = []
      for (const kind of [kinds.MutatingWebhookConfiguration, kinds.ValidatingWebhookConfiguration]) {
        const found = (await hub.get(refOf(kind), { name: components.webhook })) as WebhookConfiguration
        bundles.push(...(found.webhooks ?? []).map(({ clientConfig }) => clientConfig.caBundle ?? ''))
      }
      expect(bundles).toHaveLength(2)
      const [bundle = ''] = bundles
      expect(new Set(bundles), 'the two say the same').toEqual(new Set([bundle]))
      expect(bundle).not.toBe('')
      return new X509Certificate(Buffer.from(bundle, 'base64'))
    },
    { timeoutMs: startsMs },
  )
