import { bootstrapRoles } from './auth/bootstrap-roles.ts'
import type { KubeObject } from './kube-object.ts'

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** What is in every cluster before anybody asks for anything. */
export const bootstrapObjects = (): KubeObject[] => [
  ...namespaces.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...bootstrapRoles(),
]
