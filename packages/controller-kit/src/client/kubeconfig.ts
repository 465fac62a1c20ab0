import { isAbsolute, join } from 'node:path'
import { parse } from 'yaml'

/** Where a credential stands: in the configuration itself, or in a file that may change. */
export type Source = { readonly value: string } | { readonly file: string }

/** How to reach a cluster and as whom; files are named, not read. */
export interface Access {
  /** `https://host:port`, with a path when the server is behind one. */
  readonly server: string
  readonly ca?: Source
  readonly cert?: Source
  readonly key?: Source
  readonly token?: Source
  /** Name that the server's certificate must bear, when it is not the host's. */
  readonly tlsServerName?: string
  readonly insecureSkipTlsVerify?: boolean
  readonly proxyUrl?: string
  /** The namespace of the context, or of the pod. */
  readonly namespace?: string | Source
}

/** A kubeconfig that cannot be used; the message names the file, the entry and what was expected. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError'
  readonly code = 'ODFMO_KUBECONFIG'
}

type Fields = Readonly<Record<string, unknown>>

interface Entry {
  readonly fields: Fields
  /** Of the file it stands in: relative paths start here. */
  readonly folder: string
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (fields: Fields, name: string, where: string): string | undefined => {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw new KubeconfigError(`${where}: expected "${name}" to be a string`)
  return value
}

const base64Text = (text: string, where: string): string => {
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  if (decoded === '') throw new KubeconfigError(`${where}: expected base64`)
  return decoded
}

/** `<name>-data` (base64) wins over the file `<name>`, as in client-go. */
const pemOf = ({ fields, folder }: Entry, name: string, where: string): Source | undefined => {
  const data = textOf(fields, `${name}-data`, where)
  if (data !== undefined) return { value: base64Text(data, `${where}: "${name}-data"`) }
  return fileOf({ fields, folder }, name, where)
}

const fileOf = ({ fields, folder }: Entry, name: string, where: string): Source | undefined => {
  const file = textOf(fields, name, where)
  return file === undefined ? undefined : { file: isAbsolute(file) ? file : join(folder, file) }
}

const tokenOf = (user: Entry, where: string): Source | undefined => {
  // A file wins, as in client-go: the token beside it is only what it held first.
  const file = fileOf(user, 'tokenFile', where)
  if (file !== undefined) return file
  const token = textOf(user.fields, 'token', where)
  return token === undefined ? undefined : { value: token }
}

const unsupported = ['exec', 'auth-provider', 'username', 'as'] as const

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
      entries.set(item['name'], { fields: isFields(fields) ? fields : {}, folder })
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
  const user = entriesOf(documents, 'users', 'user').get(userName ?? '') ?? { fields: {}, folder: '' }
  return {
    ...clusterAccess(cluster, `${paths}: cluster "${clusterName ?? ''}"`),
    ...userAccess(user, `${paths}: user "${userName ?? ''}"`),
    ...defined({ namespace: textOf(found.fields, 'namespace', `${paths}: context "${chosen}"`) }),
  }
}

const clusterAccess = (cluster: Entry, where: string): Access => {
  const server = textOf(cluster.fields, 'server', where)
  if (server === undefined || !URL.canParse(server)) {
    throw new KubeconfigError(`${where}: expected "server" to be a URL, got "${server ?? ''}"`)
  }
  return {
    server,
    ...defined({
      ca: pemOf(cluster, 'certificate-authority', where),
      tlsServerName: textOf(cluster.fields, 'tls-server-name', where),
      insecureSkipTlsVerify: cluster.fields['insecure-skip-tls-verify'] === true ? true : undefined,
      proxyUrl: textOf(cluster.fields, 'proxy-url', where),
    }),
  }
}

const userAccess = (user: Entry, where: string): Omit<Access, 'server'> => {
  for (const name of unsupported) {
    if (user.fields[name] === undefined) continue
    throw new KubeconfigError(
      `${where}: "${name}" is not supported; use a token, a tokenFile or a client certificate`,
    )
  }
  const cert = pemOf(user, 'client-certificate', where)
  const key = pemOf(user, 'client-key', where)
  if ((cert === undefined) !== (key === undefined)) {
    throw new KubeconfigError(`${where}: client-certificate and client-key are needed together`)
  }
  return defined({ cert, key, token: tokenOf(user, where) })
}

const defined = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never

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
