import { apiVersionOf, kinds } from '@odfmo/api-types'
import type { ConfigMap } from '@odfmo/api-types'
import { conditionOf, conditionsWith } from '../../access/conditions.ts'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { ensureStatus } from '../../access/ensure.ts'
import type { KubeconfigSource } from '../../access/cluster-client.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import { validated } from './dr-cluster-state.ts'
import {
  newRamenConfig,
  ramenConfigKey,
  ramenConfigMapName,
  rewrittenConfig,
  s3Profiles,
} from './ramen-config.ts'

/** Which cluster it plays Ramen on. */
export interface RamenOptions extends SimulatorOptions {
  /** Kubeconfig text, or what gives a fresh one: of an administrator of the hub. */
  readonly hub: KubeconfigSource
  /** Where Ramen's operator runs. */
  readonly namespace: string
  /** Whether it writes its configuration anew when it starts, so that profiles are lost. Default false. */
  readonly rewrites?: boolean
}

/** Plays the Ramen hub operator. */
export interface RamenSimulator extends Simulator {
  /** What it does to its configuration when it starts, once more. */
  restart(): Promise<void>
}

/** The Ramen hub operator: its configuration, and the validation of DRClusters and DRPolicies. */
export const ramen = async (options: RamenOptions): Promise<RamenSimulator> => {
  const { namespace, rewrites = false } = options
  const loop = new ControlLoop('ramen', options)
  const hub = loop.client(options.hub)
  await bringConfig(hub, namespace, rewrites)

  const configs = loop.copy(hub, kinds.ConfigMap, {
    namespace,
    fieldSelector: `metadata.name=${ramenConfigMapName}`,
  })
  const secrets = loop.copy(hub, kinds.Secret, { namespace })
  const clusters = loop.copy(hub, kinds.DRCluster)
  const policies = loop.copy(hub, kinds.DRPolicy)

  const clusterWorker = loop.worker('DRCluster', async (name) => {
    const cluster = clusters.get(name)
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return undefined
    const text = configs.get({ namespace, name: ramenConfigMapName })?.data?.[ramenConfigKey] ?? ''
    const hasSecret = (secret: string): boolean => secrets.get({ namespace, name: secret }) !== undefined
    const condition = validated(cluster, s3Profiles(text), hasSecret)
    const conditions = conditionsWith(cluster.status?.conditions, [condition], loop.clock.now())
    const phase = condition.status === 'True' ? 'Available' : 'Starting'
    clusters.put(await ensureStatus(hub, kinds.DRCluster, cluster, { phase, conditions }))
    return undefined
  })
  const policyWorker = loop.worker('DRPolicy', async (name) => {
    const policy = policies.get(name)
    if (policy === undefined || policy.metadata.deletionTimestamp !== undefined) return undefined
    const unready = (policy.spec?.drClusters ?? []).filter(
      (one) => conditionOf(clusters.get(one)?.status?.conditions, 'Validated')?.status !== 'True',
    )
    const observedGeneration = policy.metadata.generation ?? 0
    const condition =
      unready.length === 0
        ? {
            type: 'Validated',
            status: 'True' as const,
            reason: 'Succeeded',
            message: 'drpolicy validated',
            observedGeneration,
          }
        : {
            type: 'Validated',
            status: 'False' as const,
            reason: 'DRClustersUnavailable',
            message: `none of the DRClusters are available: ${unready.join(', ')}`,
            observedGeneration,
          }
    const conditions = conditionsWith(policy.status?.conditions, [condition], loop.clock.now())
    if (conditions !== undefined)
      policies.put(await ensureStatus(hub, kinds.DRPolicy, policy, { conditions }))
    return undefined
  })
  const allClusters = (): void => {
    for (const { metadata } of clusters.all()) clusterWorker.add(metadata.name ?? '')
  }
  configs.onChange(allClusters)
  secrets.onChange(allClusters)
  clusters.onChange((name) => {
    clusterWorker.add(name)
    for (const { metadata } of policies.all()) policyWorker.add(metadata.name ?? '')
  })
  policies.onChange((name) => policyWorker.add(name))

  await loop.start()
  return { ...loop.asSimulator(), restart: () => bringConfig(hub, namespace, rewrites) }
}

/** Ramen's ConfigMap is there after it started; one that is there is left alone, or written anew. */
const bringConfig = async (hub: ClusterClient, namespace: string, rewrites: boolean): Promise<void> => {
  const key = { namespace, name: ramenConfigMapName }
  const live = await hub.get(kinds.ConfigMap, key)
  if (live === undefined) {
    const config: ConfigMap = {
      apiVersion: apiVersionOf(kinds.ConfigMap),
      kind: kinds.ConfigMap.kind,
      metadata: key,
      data: { [ramenConfigKey]: newRamenConfig },
    }
    await hub.create(kinds.ConfigMap, config)
    return
  }
  if (!rewrites) return
  const text = rewrittenConfig(live.data?.[ramenConfigKey] ?? '')
  await hub.patch(kinds.ConfigMap, key, { data: { [ramenConfigKey]: text } })
}
