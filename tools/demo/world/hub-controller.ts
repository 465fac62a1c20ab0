import path from 'node:path'
import type { KubeObject } from '@odfmo/api-types/meta'
import { root } from '../../command/root.ts'
import { startChild, type Child } from './child.ts'
import type { Identity } from './cluster-calls.ts'
import { agentImage, hubNamespace } from './names.ts'

const program = path.join(root, 'packages/hub-controller/dist/main.js')

/** Whom the hub controller is, with exactly the rights that it ships. */
export const hubIdentity: { readonly identity: Identity; readonly objects: readonly KubeObject[] } = {
  identity: { user: `system:serviceaccount:${hubNamespace}:odfmo-hub-controller` },
  objects: [],
}

/** Starts the hub controller from its bundle, as its Deployment would. */
export function startHubController(kubeconfig: string, tether: string): Child {
  return startChild({
    name: 'hub-controller',
    args: [
      '--import',
      tether,
      program,
      '--kubeconfig',
      kubeconfig,
      '--metrics-bind-address=0',
      '--health-probe-bind-address=0',
      '--leader-elect',
    ],
    env: { POD_NAMESPACE: hubNamespace, TOKEN_EXCHANGE_IMAGE: agentImage },
  })
}
