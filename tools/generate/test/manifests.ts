import type {
  V1Container,
  V1Deployment,
  V1PodSpec,
  V1Service,
  V1ValidatingWebhookConfiguration,
} from '@kubernetes/client-node'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'

interface Kinds {
  readonly Deployment: KubeObject & { readonly spec: NonNullable<V1Deployment['spec']> }
  readonly Service: KubeObject & { readonly spec: NonNullable<V1Service['spec']> }
  readonly ValidatingWebhookConfiguration: KubeObject & Pick<V1ValidatingWebhookConfiguration, 'webhooks'>
  readonly MutatingWebhookConfiguration: KubeObject & Pick<V1ValidatingWebhookConfiguration, 'webhooks'>
  readonly ServiceAccount: KubeObject
  readonly Role: Role
  readonly ClusterRole: ClusterRole
  readonly RoleBinding: RoleBinding
  readonly ClusterRoleBinding: ClusterRoleBinding
  readonly PodDisruptionBudget: KubeObject & { readonly spec: { readonly selector: Selector } }
  readonly NetworkPolicy: KubeObject & { readonly spec: { readonly podSelector: Selector } }
  readonly ServiceMonitor: KubeObject & {
    readonly spec: { readonly selector: Selector; readonly endpoints: readonly { readonly port: string }[] }
  }
  readonly PrometheusRule: KubeObject & {
    readonly spec: {
      readonly groups: readonly {
        readonly rules: readonly { readonly alert: string; readonly expr: string }[]
      }[]
    }
  }
}

interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>
}

/** Those of one kind. */
export const of = <K extends keyof Kinds>(objects: readonly KubeObject[], kind: K): readonly Kinds[K][] =>
  objects.filter((object) => object.kind === kind) as unknown as readonly Kinds[K][]

/** `Deployment odfmo-system/odfmo-webhook` */
export const idOf = ({ apiVersion = '', kind = '', metadata: { namespace, name } }: KubeObject): string =>
  `${apiVersion} ${kind} ${namespace ?? ''}/${name ?? ''}`

export const podOf = (deployment: Kinds['Deployment']): V1PodSpec => {
  const { spec } = deployment.spec.template
  if (spec === undefined) throw new Error(`${idOf(deployment)} has no pod`)
  return spec
}

export const containerOf = (deployment: Kinds['Deployment']): V1Container => {
  const [container, ...more] = podOf(deployment).containers
  if (container === undefined || more.length > 0)
    throw new Error(`${idOf(deployment)} has not exactly one container`)
  return container
}

/** Whether labels are selected. */
export const selects = (
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean => Object.entries(selector).every(([label, value]) => labels[label] === value)
