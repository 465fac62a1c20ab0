import { Credentials, KubeClient } from '@odfmo/controller-kit'
import type { Cluster, UserIdentity } from '@odfmo/testkit'
import { parse } from 'yaml'

interface Kubeconfig {
  readonly users: readonly [
    { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } },
  ]
}

const pem = (base64: string) => ({ value: Buffer.from(base64, 'base64').toString() })

/** Somebody with a client certificate, on a cluster of any provider. */
export const clientOf = async (
  cluster: Cluster,
  identity: UserIdentity = {},
  { component = 'test' } = {},
): Promise<KubeClient> => {
  const { users } = parse(cluster.kubeconfig(identity)) as Kubeconfig
  const { 'client-certificate-data': cert, 'client-key-data': key } = users[0].user
  const credentials = await Credentials.load({
    access: { server: cluster.url, ca: { value: cluster.ca }, cert: pem(cert), key: pem(key) },
  })
  return new KubeClient({ cluster: 'hub', component, version: '0', credentials, rateLimit: false })
}
