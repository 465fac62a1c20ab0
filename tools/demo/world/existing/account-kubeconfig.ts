import type { Cluster } from '@odfmo/testkit'
import { parse, stringify } from 'yaml'
import type { Identity } from '../cluster-calls.ts'

/** Of a demo that is kept up; where a server allows no such long life it answers a shorter one. */
const tokenSeconds = 24 * 3600

/** A kubeconfig that holds a token of the service account, as the identity names it: nothing is impersonated. */
export async function accountKubeconfig(cluster: Cluster, { user }: Identity): Promise<string> {
  const [, , namespace = '', name = ''] = user.split(':')
  const token = await cluster.serviceAccountToken({ namespace, name, expirationSeconds: tokenSeconds })
  const config = parse(cluster.kubeconfig()) as {
    readonly contexts: readonly { readonly context: object }[]
  }
  return stringify({
    ...config,
    users: [{ name, user: { token } }],
    contexts: config.contexts.map((entry) => ({ ...entry, context: { ...entry.context, user: name } })),
  })
}

export const isAccount = ({ user }: Identity): boolean => user.startsWith('system:serviceaccount:')
