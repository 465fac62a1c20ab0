import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Access, BasicAccess, ExecAccess, Impersonation, Source } from './access.ts'
import { KubeconfigError } from './kubeconfig-error.ts'
import { inClusterAccess, parseKubeconfig, type KubeconfigFile } from './kubeconfig.ts'
import { defined } from './kubeconfig-fields.ts'
import { tokenEnd } from './token-end.ts'

/** Whom a client is at which server: everything read from files, ready for a connection. Holds secrets. */
export interface Identity {
  /** `https://host:port`, with a path when the server is behind one. */
  readonly server: string
  /** PEM of the authorities that are trusted. Absent: those of the system. */
  readonly ca?: string
  /** PEM of the client certificate. */
  readonly cert?: string
  /** PEM of its key. Secret. */
  readonly key?: string
  /** Bearer token. Secret. */
  readonly token?: string
  readonly basic?: BasicAccess
  readonly impersonate?: Impersonation
  /** Name that the server's certificate must bear, when it is not the host's. */
  readonly tlsServerName?: string
  /** The server's certificate is not looked at. */
  readonly insecureSkipTlsVerify?: boolean
  /** `http://host:port` of a proxy for this server. */
  readonly proxyUrl?: string
  /** Of the context, or of the pod. */
  readonly namespace?: string
}

/** Where an identity comes from. */
export type IdentitySource =
  | { readonly kubeconfig: string | readonly string[]; readonly context?: string }
  | {
      readonly inCluster: {
        readonly env: Readonly<Record<string, string | undefined>>
        readonly folder?: string
      }
    }
  | { readonly access: Access }

/** Until when something is good, by what it is: milliseconds of wall time. */
export type Expiry = Readonly<Partial<Record<'client certificate' | 'token', number>>>

/** An identity, the files it came from, and until when it is good. */
export interface LoadedIdentity {
  readonly identity: Identity
  /** The plugin that tells what is missing in it. */
  readonly exec: ExecAccess | undefined
  readonly files: readonly string[]
  readonly expiresAt: Expiry
}

/**
 * The source that the usual settings mean: the flag, then `KUBECONFIG` (a list of files), then the pod's
 * service account.
 */
export const identitySource = (
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): IdentitySource => {
  if (flag !== undefined && flag !== '') return { kubeconfig: flag }
  const paths = (env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '')
  return paths.length > 0 ? { kubeconfig: paths } : { inCluster: { env } }
}

/** Reads it all. Throws a `KubeconfigError` that names the file when something is missing or does not fit. */
export const loadIdentity = async (source: IdentitySource): Promise<LoadedIdentity> => {
  const { access, files } = await loadAccess(source)
  const read = new Set(files)
  const value = async (from: Source | undefined): Promise<string | undefined> => {
    if (from === undefined) return undefined
    if ('value' in from) return from.value
    read.add(from.file)
    return readText(from.file)
  }
  const namespace =
    typeof access.namespace === 'object'
      ? await value(access.namespace).catch(() => undefined)
      : access.namespace
  const identity: Identity = {
    server: access.server,
    ca: await value(access.ca),
    cert: await value(access.cert),
    key: await value(access.key),
    token: (await value(access.token))?.trim(),
    basic: access.basic,
    impersonate: access.impersonate,
    tlsServerName: access.tlsServerName,
    insecureSkipTlsVerify: access.insecureSkipTlsVerify,
    proxyUrl: access.proxyUrl,
    namespace: namespace?.trim(),
  }
  const exec = identity.token === undefined && identity.basic === undefined ? access.exec : undefined
  const expiresAt = defined({ 'client certificate': checkTls(identity), token: tokenEnd(identity.token) })
  return { identity, exec, files: [...read], expiresAt }
}

const loadAccess = async (source: IdentitySource): Promise<{ access: Access; files: readonly string[] }> => {
  if ('access' in source) return { access: source.access, files: [] }
  if ('inCluster' in source)
    return { access: inClusterAccess(source.inCluster.env, source.inCluster.folder), files: [] }
  if (typeof source.kubeconfig === 'string') {
    const { kubeconfig } = source
    return {
      access: parseKubeconfig([await readKubeconfig(kubeconfig)], source.context),
      files: [kubeconfig],
    }
  }
  const files = await Promise.all(source.kubeconfig.map((path) => readKubeconfig(path).catch(orMissing)))
  const found = files.filter((file) => file !== undefined)
  if (found.length === 0)
    throw new KubeconfigError(`none of these files is there: ${source.kubeconfig.join(', ')}`)
  return { access: parseKubeconfig(found, source.context), files: source.kubeconfig }
}

const readKubeconfig = async (path: string): Promise<KubeconfigFile> => ({
  path,
  folder: dirname(path),
  text: await readText(path),
})

/** In a list a file may be missing, as for kubectl. */
const orMissing = (error: unknown): undefined => {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  if (cause?.code !== 'ENOENT') throw error
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; is the path right, is it mounted?',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder, not a file',
}

const readText = async (file: string): Promise<string> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const { code = 'failed' } = cause as NodeJS.ErrnoException
    const why = unreadable[code] === undefined ? '' : `: ${unreadable[code]}`
    throw new KubeconfigError(`cannot read ${file}: ${code}${why}`, { cause })
  }
  // Half a rotation: an empty CA would mean "trust the system's", an empty token "anonymous".
  if (text.trim() === '') throw new KubeconfigError(`${file} is empty`)
  return text
}

/** Whether certificate, key and CA can be read and fit together; the certificate's end. */
const checkTls = ({ ca, cert, key }: Identity): number | undefined => {
  const endOf = (pem: string): number => Date.parse(new X509Certificate(pem).validTo)
  try {
    createSecureContext({ ca, cert, key })
    // A CA that is no certificate is taken without a word, and then nobody is trusted: read it.
    if (ca !== undefined) endOf(ca)
    return cert === undefined ? undefined : endOf(cert)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new KubeconfigError(
      `the client certificate, its key or the CA cannot be used: ${code ?? 'unreadable'}`,
      {
        cause,
      },
    )
  }
}
