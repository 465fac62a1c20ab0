import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { KubeObject } from '@odfmo/api-types/meta'
import { root } from '../../command/root.ts'
import { yamlObjects } from '../input/yaml-objects.ts'
import { startChild, type Child } from './child.ts'
import type { Identity } from './cluster-calls.ts'
import { agentImage, hubNamespace } from './names.ts'

const folder = path.join(root, 'packages/hub-controller')

/** The manifests that the hub controller ships for its rights, and whom they make it. */
export function shippedRights(): { readonly objects: readonly KubeObject[]; readonly identity: Identity } {
  const file = path.join(root, 'deploy/base/hub-controller-rbac.yaml')
  const objects = yamlObjects(file, readFileSync(file, 'utf8')).map(({ value }) => value)
  const account = objects.find(({ kind }) => kind === 'ServiceAccount')?.metadata
  if (account?.namespace !== hubNamespace) throw new Error(`${file} has no ServiceAccount in ${hubNamespace}`)
  return {
    objects,
    identity: {
      user: `system:serviceaccount:${account.namespace}:${account.name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`],
    },
  }
}

/** Starts the hub controller from its bundle, as its Deployment would. */
export function startHubController(kubeconfigFile: string): Child {
  const tether = path.join(import.meta.dirname, 'tether.mjs')
  const flags = ['--metrics-bind-address=0', '--health-probe-bind-address=0', '--leader-elect']
  return startChild({
    name: 'hub-controller',
    args: ['--import', tether, path.join(folder, 'dist/main.js'), '--kubeconfig', kubeconfigFile, ...flags],
    env: { POD_NAMESPACE: hubNamespace, TOKEN_EXCHANGE_IMAGE: agentImage },
  })
}
