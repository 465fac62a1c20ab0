import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import type { Cluster, UserIdentity } from '@odfmo/testkit'
import { Credentials } from '../src/client/credentials.ts'
import { KubeClient, type KubeClientOptions } from '../src/client/kube-client.ts'

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

export const configMaps: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
}
export const secrets: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
}
export const namespaces: Kind = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}
export const widgets: Kind<KubeObject & { readonly spec?: object; readonly status?: object }> = {
  group: 'test.io',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
}

export const widgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.test.io' },
  spec: {
    group: 'test.io',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

/** A folder that is removed with everything in it by the answer's `remove`. */
export const temporaryFolder = async (): Promise<{ readonly path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'controller-kit-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A client for somebody; `admin` when nobody is named. */
export const clientOf = (
  cluster: Cluster,
  identity: UserIdentity = { user: 'admin', groups: ['system:masters'] },
  options: Partial<KubeClientOptions> = {},
): Promise<KubeClient> => {
  const { ca, cert, key } = cluster.credentials(identity)
  return clientWith(
    { server: cluster.url, ca: { value: ca }, cert: { value: cert }, key: { value: key } },
    options,
  )
}

export const clientWith = async (
  access: Extract<Parameters<typeof Credentials.load>[0], { access: object }>['access'],
  options: Partial<KubeClientOptions> = {},
): Promise<KubeClient> => {
  const credentials = await Credentials.load({ access })
  return new KubeClient({ cluster: 'hub', component: 'test', version: '1.0', credentials, ...options })
}

/** A kubeconfig with files beside it, as the add-on framework mounts it. */
export const writeKubeconfig = async (
  folder: string,
  cluster: Cluster,
  identity: UserIdentity,
): Promise<string> => {
  const { ca, cert, key } = cluster.credentials(identity)
  const path = join(folder, 'kubeconfig')
  await writeFile(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: cluster.url, 'certificate-authority': 'ca.crt' } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' } }],
    }),
  )
  await Promise.all([
    writeFile(join(folder, 'ca.crt'), ca),
    writeFile(join(folder, 'tls.crt'), cert),
    writeFile(join(folder, 'tls.key'), key),
  ])
  return path
}
