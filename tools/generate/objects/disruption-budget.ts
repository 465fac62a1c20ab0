import type { V1PodDisruptionBudget } from '@kubernetes/client-node'
import { baseNamespace, selectorOf, type Component } from '../names.ts'

/** One replica at a time may be evicted, with one replica too; one that does not work never keeps a node from being drained. */
export const disruptionBudget = (name: Component): V1PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace: baseNamespace, labels: selectorOf(name) },
  spec: {
    maxUnavailable: 1,
    selector: { matchLabels: selectorOf(name) },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  },
})
