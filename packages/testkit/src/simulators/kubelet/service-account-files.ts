import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { kinds } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { textAt } from '../../kube-object.ts'
import type { ClusterClient } from '../../access/cluster-client.ts'
import type { Pod } from '../extra-kinds.ts'
import { writeVolume } from './volume-writer.ts'

/** Where a container finds its service account. */
export const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

const tokenSeconds = 3607
/** The kubelet renews a token when a fifth of its life is left. */
const refreshShare = 0.8

/** Writes a pod's token, CA and namespace; answers after how many milliseconds the token must be new. */
export const writeServiceAccount = async (
  cluster: ClusterClient,
  pod: Pod,
  directory: string,
): Promise<number> => {
  const { namespace = '', name = '', uid = '' } = pod.metadata
  const account = pod.spec?.serviceAccountName ?? 'default'
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name: account, namespace },
    spec: { expirationSeconds: tokenSeconds, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid } },
  }
  const answer: KubeObject = await cluster.create(kinds.ServiceAccount, request, 'token')
  const token = textAt(answer, 'status', 'token')
  const files = new Map([
    ['token', Buffer.from(token)],
    ['ca.crt', Buffer.from(cluster.access.ca ?? '')],
    ['namespace', Buffer.from(namespace)],
  ])
  await writeVolume(directory, files)
  return tokenSeconds * 1000 * refreshShare
}

/** A kubeconfig for programs that do not look for a service account by themselves: its token is read from the file. */
export const writeKubeconfig = async (
  file: string,
  server: string,
  accountDirectory: string,
  namespace: string,
): Promise<void> => {
  const cluster = { server, 'certificate-authority': join(accountDirectory, 'ca.crt') }
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'in-cluster', cluster }],
    users: [{ name: 'service-account', user: { tokenFile: join(accountDirectory, 'token') } }],
    contexts: [
      { name: 'in-cluster', context: { cluster: 'in-cluster', user: 'service-account', namespace } },
    ],
    'current-context': 'in-cluster',
  })
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
