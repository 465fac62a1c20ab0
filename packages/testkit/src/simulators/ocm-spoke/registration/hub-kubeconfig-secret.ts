import { X509Certificate } from 'node:crypto'
import { stringify } from 'yaml'
import { kinds } from '@odfmo/api-types'
import type { Secret } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { subjectOf } from '../../../certificates/distinguished-name.ts'
import { hubKubeconfigSecretName } from './registration.ts'
import type { Registration } from './registration.ts'
import type { HeldSecret } from './registration-step.ts'

export interface HubAccess {
  readonly server: string
  /** PEM */
  readonly ca?: string
}

export interface IssuedCertificate {
  /** PEM */
  readonly certificate: string
  /** PEM */
  readonly key: string
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

const secretOf = (
  clusterName: string,
  { addOn, namespace }: Pick<Registration, 'addOn' | 'namespace'>,
  files: Readonly<Record<string, string>>,
): Secret => ({
  apiVersion: apiVersionOf(kinds.Secret),
  kind: kinds.Secret.kind,
  metadata: { name: hubKubeconfigSecretName(addOn), namespace },
  type: 'Opaque',
  data: Object.fromEntries(
    Object.entries({ ...files, 'cluster-name': clusterName }).map(([name, text]) => [name, base64(text)]),
  ),
})

/** What an agent mounts with the token driver: a kubeconfig whose token is a file beside it. */
export const hubTokenSecret = (
  clusterName: string,
  registration: Pick<Registration, 'addOn' | 'namespace'>,
  hub: HubAccess,
  token: string,
): Secret =>
  secretOf(clusterName, registration, { kubeconfig: kubeconfig(hub, { tokenFile: 'token' }), token })

/** What an agent mounts: a kubeconfig whose certificate and key are files beside it. */
export const hubKubeconfigSecret = (
  clusterName: string,
  registration: Registration,
  hub: HubAccess,
  issued: IssuedCertificate,
): Secret =>
  secretOf(clusterName, registration, {
    kubeconfig: kubeconfig(hub, { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' }),
    'tls.crt': issued.certificate,
    'tls.key': issued.key,
  })

const kubeconfig = ({ server, ca }: HubAccess, user: object): string =>
  stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'default-cluster',
          cluster: { server, ...(ca === undefined ? {} : { 'certificate-authority-data': base64(ca) }) },
        },
      ],
      contexts: [
        {
          name: 'default-context',
          context: { cluster: 'default-cluster', namespace: 'configuration', user: 'default-auth' },
        },
      ],
      'current-context': 'default-context',
      preferences: {},
      users: [{ name: 'default-auth', user }],
    },
    { lineWidth: 0 },
  )

/** What a secret on the spoke holds. */
export const heldSecret = (secret: Pick<Secret, 'data'> | undefined): HeldSecret => {
  if (secret === undefined) return { is: 'absent' }
  const pem = Buffer.from(secret.data?.['tls.crt'] ?? '', 'base64')
  const isWhole = secret.data?.['tls.key'] !== undefined && secret.data['kubeconfig'] !== undefined
  try {
    const certificate = new X509Certificate(pem)
    const { commonName, organizations } = subjectOf(certificate.raw)
    if (!isWhole) return { is: 'unusable' }
    return {
      is: 'usable',
      user: commonName,
      groups: organizations,
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
    }
  } catch {
    return { is: 'unusable' } // no certificate, or somebody's garbage: a new one is asked for
  }
}
