import { stringify } from 'yaml'

export interface KubeconfigParts {
  readonly cluster: string
  readonly url: string
  /** PEM */
  readonly ca: string
  readonly user: string
  /** PEM */
  readonly certificate: string
  readonly key: string
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** A kubeconfig of one cluster and one user, everything inline. */
export const kubeconfigText = ({ cluster, url, ca, user, certificate, key }: KubeconfigParts): string =>
  stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server: url, 'certificate-authority-data': base64(ca) } }],
      users: [
        {
          // of its own among those of other clusters, so that files can be merged
          name: `${user}@${cluster}`,
          user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) },
        },
      ],
      contexts: [{ name: cluster, context: { cluster, user: `${user}@${cluster}` } }],
      'current-context': cluster,
    },
    { lineWidth: 0 },
  )
