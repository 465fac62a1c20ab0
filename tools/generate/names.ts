import { hubNamespace } from '../demo/world/names.ts'

/** Where `deploy/base` puts what has a namespace; an overlay may say otherwise. */
export const baseNamespace = hubNamespace

/** The names of the images in `deploy/base`; an overlay's `images:` says what they are. */
export const images = {
  hubController: 'odfmo-hub-controller',
  webhook: 'odfmo-webhook',
  /** Started on the managed clusters: the hub controller is told its name by `TOKEN_EXCHANGE_IMAGE`. */
  tokenExchangeAgent: 'odfmo-token-exchange-agent',
} as const

/** Where that image would be: to be replaced by a repository of one's own. */
export const exampleRepository = (image: string): string => `example.com/odfmo/${image.replace('odfmo-', '')}`

/** What runs on the hub: the name of its Deployment, account, roles and budgets. */
export const components = { hubController: 'odfmo-hub-controller', webhook: 'odfmo-webhook' } as const
export type Component = (typeof components)[keyof typeof components]

/** Every service's defaults: `packages/controller-kit/src/manager/service-flags.ts`. */
export const ports = { metrics: 8080, health: 8081 } as const

const partOf = { 'app.kubernetes.io/part-of': 'odfmo' }

/** What every object bears, so that `kubectl get … -l` finds all that was installed. */
export const everything = partOf

/** What everything that runs bears. */
export const allPods = partOf

/** What selects the pods of one component, and no others. */
export const selectorOf = (name: Component): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': name,
  ...partOf,
})
