import { contract } from '@odfmo/api-types'
import { allPods, baseNamespace, components, ports, selectorOf } from '../names.ts'

/** networking.k8s.io/v1 NetworkPolicy, what is used of it. */
interface NetworkPolicy {
  readonly apiVersion: 'networking.k8s.io/v1'
  readonly kind: 'NetworkPolicy'
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> }
    readonly policyTypes: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly Rule<'from'>[]
    readonly egress?: readonly Rule<'to'>[]
  }
}

type Rule<Peers extends 'from' | 'to'> = {
  readonly ports: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' }[]
} & { readonly [peers in Peers]?: readonly object[] }

const policy = (
  name: string,
  podSelector: Readonly<Record<string, string>>,
  spec: Omit<NetworkPolicy['spec'], 'podSelector'>,
): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `odfmo-${name}`, namespace: baseNamespace },
  spec: { podSelector: { matchLabels: podSelector }, ...spec },
})

const tcp = (port: number) => ({ port, protocol: 'TCP' }) as const

/**
 * Nothing but what each pod needs. The kubelet's probes need no rule: a node always reaches its own pods. Neither the API
 * server nor the resolver of a node has an address that holds on every cluster, so they are allowed by port: 443 and 6443
 * are what API servers listen on, 5353 is where OpenShift's DNS pods do.
 */
export const networkPolicies: readonly NetworkPolicy[] = [
  policy('default-deny', allPods, { policyTypes: ['Ingress', 'Egress'] }),
  // From anywhere: the API server calls from the network of its node.
  policy('webhook-ingress', selectorOf(components.webhook), {
    policyTypes: ['Ingress'],
    ingress: [{ ports: [tcp(contract.webhook.port)] }],
  }),
  apiServerEgress('hub-controller-egress', selectorOf(components.hubController)),
]

/** For what speaks to the API server. */
export function apiServerEgress(name: string, pods: Readonly<Record<string, string>>): NetworkPolicy {
  const dns = [53, 5353].flatMap((port) => [tcp(port), { port, protocol: 'UDP' } as const])
  return policy(name, pods, {
    policyTypes: ['Egress'],
    egress: [{ ports: [tcp(443), tcp(6443)] }, { ports: dns }],
  })
}

/** Prometheus of OpenShift, and of kube-prometheus, by their namespaces. */
export const metricsIngress: NetworkPolicy = policy('metrics-ingress', allPods, {
  policyTypes: ['Ingress'],
  ingress: [
    {
      ports: [tcp(ports.metrics)],
      from: [
        {
          namespaceSelector: {
            matchExpressions: [
              {
                key: 'kubernetes.io/metadata.name',
                operator: 'In',
                values: ['openshift-monitoring', 'openshift-user-workload-monitoring', 'monitoring'],
              },
            ],
          },
        },
      ],
    },
  ],
})
