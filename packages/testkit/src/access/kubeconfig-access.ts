import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { listAt, recordAt, textAt } from '../kube-object.ts'

/** How to reach a cluster and as whom. */
export interface Access {
  /** `https://host:port` */
  readonly server: string
  /** PEM */
  readonly ca?: string
  /** PEM */
  readonly cert?: string
  /** PEM */
  readonly key?: string
  readonly token?: string
  /** Whom requests are made for, when that is somebody else. */
  readonly as?: string
  readonly asGroups?: readonly string[]
  /** The server's certificate is not looked at. */
  readonly isInsecure?: boolean
}

const named = (config: unknown, list: string, inner: string, name: string): Record<string, unknown> => {
  const entry = listAt(config, list).find((item) => textAt(item, 'name') === name)
  if (entry === undefined)
    throw new TypeError(`kubeconfig: expected ${list} to have an entry named "${name}"`)
  return recordAt(entry, inner)
}

/** `<field>-data` in base64, or the file that `<field>` names. */
const pem = (entry: Record<string, unknown>, field: string): string | undefined => {
  const data = textAt(entry, `${field}-data`)
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8')
  const file = textAt(entry, field)
  return file === '' ? undefined : readFileSync(file, 'utf8')
}

/** Reads the current context of a kubeconfig: client certificate or token, inline or in files with absolute paths; impersonation. */
export const accessOf = (kubeconfig: string): Access => {
  const config: unknown = parse(kubeconfig)
  const context = named(config, 'contexts', 'context', textAt(config, 'current-context'))
  const cluster = named(config, 'clusters', 'cluster', textAt(context, 'cluster'))
  const user = named(config, 'users', 'user', textAt(context, 'user'))
  const server = textAt(cluster, 'server')
  if (!URL.canParse(server)) throw new TypeError(`kubeconfig: expected server to be a URL, got "${server}"`)
  const tokenFile = textAt(user, 'tokenFile')
  const token = tokenFile === '' ? textAt(user, 'token') : readFileSync(tokenFile, 'utf8').trim()
  return {
    server: server.replace(/\/$/, ''),
    ca: pem(cluster, 'certificate-authority'),
    cert: pem(user, 'client-certificate'),
    key: pem(user, 'client-key'),
    token: token === '' ? undefined : token,
    as: textAt(user, 'as') === '' ? undefined : textAt(user, 'as'),
    asGroups: listAt(user, 'as-groups').map(String),
    isInsecure: cluster['insecure-skip-tls-verify'] === true,
  }
}
