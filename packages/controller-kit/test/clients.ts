import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import type { Cluster, UserIdentity } from '@odfmo/testkit'
import { parse } from 'yaml'
import { Credentials } from '../src/client/credentials.ts'
import { KubeClient, type KubeClientOptions } from '../src/client/kube-client.ts'

export { journalOf } from '@odfmo/testkit'

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

/** The definition of a namespaced kind with a status, whose objects may have any field. */
export const definitionOf = ({
  group,
  version,
  kind,
  plural,
}: Kind): KubeObject & { readonly spec: object } => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
})

export const widgetDefinition = definitionOf(widgets)

/** An object to apply; `rest` may replace any of it. */
export const configMap = (namespace: string, name: string, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
  ...rest,
})

/** A folder that is removed with everything in it by the answer's `remove`. */
export const temporaryFolder = async (): Promise<{ readonly path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'controller-kit-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

interface Kubeconfig {
  readonly users: readonly [
    { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } },
  ]
}

/** Certificate and key of somebody on a cluster of any provider, as PEM. */
export const identityOf = (
  cluster: Cluster,
  identity: UserIdentity = {},
): { readonly ca: string; readonly cert: string; readonly key: string } => {
  const { users } = parse(cluster.kubeconfig(identity)) as Kubeconfig
  const pem = (base64: string): string => Buffer.from(base64, 'base64').toString()
  const { 'client-certificate-data': cert, 'client-key-data': key } = users[0].user
  return { ca: cluster.ca, cert: pem(cert), key: pem(key) }
}

/** A client for somebody; an administrator when nobody is named. */
export const clientOf = (
  cluster: Cluster,
  identity: UserIdentity = {},
  options: Partial<KubeClientOptions> = {},
): Promise<KubeClient> => {
  const { ca, cert, key } = identityOf(cluster, identity)
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
  const { ca, cert, key } = identityOf(cluster, identity)
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
