import { join } from 'node:path'
import { parse } from 'yaml'
import type { Access } from './access.ts'
import { KubeconfigError } from './kubeconfig-error.ts'
import { defined, isFields, pemOf, textOf, type Entry, type Fields } from './kubeconfig-fields.ts'
import { userAccess } from './kubeconfig-user.ts'

/** One kubeconfig file as it was read. */
export interface KubeconfigFile {
  readonly path: string
  readonly folder: string
  readonly text: string
}

/** All entries of one list (`clusters`, `users`, `contexts`) by name; of two with one name the first counts. */
const entriesOf = (
  files: readonly { folder: string; document: Fields }[],
  list: string,
  inner: string,
): Map<string, Entry> => {
  const entries = new Map<string, Entry>()
  for (const { folder, document } of files) {
    const items = document[list]
    for (const item of Array.isArray(items) ? items : []) {
      if (!isFields(item) || typeof item['name'] !== 'string' || entries.has(item['name'])) continue
      const fields = item[inner]
      if (isFields(fields)) entries.set(item['name'], { fields, folder })
    }
  }
  return entries
}

const parseDocument = ({ path, folder, text }: KubeconfigFile): { folder: string; document: Fields } => {
  let document: unknown
  try {
    document = parse(text)
  } catch {
    // The parser's message quotes lines, and lines may hold a token.
    throw new KubeconfigError(`${path}: not YAML`)
  }
  if (!isFields(document))
    throw new KubeconfigError(
      `${path}: expected a kubeconfig, got ${document === null ? 'nothing' : typeof document}`,
    )
  return { folder, document }
}

/**
 * Kubeconfig files merged as kubectl does, then one context of them: `context`, or the first
 * `current-context`. Throws a `KubeconfigError`.
 */
export const parseKubeconfig = (files: readonly KubeconfigFile[], context?: string): Access => {
  const paths = files.map(({ path }) => path).join(', ')
  const documents = files.map(parseDocument)
  const current = documents
    .map(({ document }) => textOf(document, 'current-context', paths))
    .find((name) => name !== undefined)
  const contexts = entriesOf(documents, 'contexts', 'context')
  const chosen = context ?? current
  if (chosen === undefined)
    throw new KubeconfigError(`${paths}: no current-context, and no context was named`)
  const found = contexts.get(chosen)
  if (found === undefined) {
    throw new KubeconfigError(
      `${paths}: no context "${chosen}"; there are: ${[...contexts.keys()].join(', ') || 'none'}`,
    )
  }
  const clusterName = textOf(found.fields, 'cluster', `${paths}: context "${chosen}"`)
  const userName = textOf(found.fields, 'user', `${paths}: context "${chosen}"`)
  const cluster = entriesOf(documents, 'clusters', 'cluster').get(clusterName ?? '')
  if (cluster === undefined)
    throw new KubeconfigError(`${paths}: context "${chosen}": no cluster "${clusterName ?? ''}"`)
  const user =
    userName === undefined ? { fields: {}, folder: '' } : entriesOf(documents, 'users', 'user').get(userName)
  // Without credentials the server would take us for nobody: a file that is still being written says just that.
  if (user === undefined) throw new KubeconfigError(`${paths}: context "${chosen}": no user "${userName}"`)
  return {
    ...clusterAccess(cluster, `${paths}: cluster "${clusterName ?? ''}"`),
    ...userAccess(user, cluster, `${paths}: user "${userName ?? ''}"`),
    ...defined({ namespace: textOf(found.fields, 'namespace', `${paths}: context "${chosen}"`) }),
  }
}

const clusterAccess = (cluster: Entry, where: string): Access => {
  const server = textOf(cluster.fields, 'server', where)
  if (server === undefined || !URL.canParse(server)) {
    throw new KubeconfigError(`${where}: expected "server" to be a URL, got "${server ?? ''}"`)
  }
  const proxyUrl = textOf(cluster.fields, 'proxy-url', where)
  // Not quoted: it may hold a password.
  if (proxyUrl !== undefined && !(/^(?:https?|socks5):\/\//.test(proxyUrl) && URL.canParse(proxyUrl)))
    throw new KubeconfigError(`${where}: expected "proxy-url" to be a URL of http, https or socks5`)
  return {
    server,
    ...defined({
      ca: pemOf(cluster, 'certificate-authority', where),
      tlsServerName: textOf(cluster.fields, 'tls-server-name', where),
      insecureSkipTlsVerify: cluster.fields['insecure-skip-tls-verify'] === true ? true : undefined,
      proxyUrl,
    }),
  }
}

/** Where a pod finds its service account. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The pod's own service account. Throws a `KubeconfigError` outside a cluster. */
export const inClusterAccess = (
  env: Readonly<Record<string, string | undefined>>,
  folder: string = serviceAccountFolder,
): Access => {
  const host = env['KUBERNETES_SERVICE_HOST']
  const port = env['KUBERNETES_SERVICE_PORT']
  if (host === undefined || host === '' || port === undefined || port === '') {
    throw new KubeconfigError(
      'no kubeconfig was named (--kubeconfig or KUBECONFIG), and KUBERNETES_SERVICE_HOST and _PORT say nothing: not in a cluster',
    )
  }
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: { file: join(folder, 'ca.crt') },
    token: { file: join(folder, 'token') },
    namespace: { file: join(folder, 'namespace') },
  }
}
