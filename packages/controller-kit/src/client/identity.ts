import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createSecureContext } from 'node:tls'
import { inClusterAccess, KubeconfigError, parseKubeconfig, type Access, type Source } from './kubeconfig.ts'

/** Whom a client is at which server: everything read from files, ready for a connection. Holds secrets. */
export interface Identity {
  readonly server: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly token?: string
  readonly tlsServerName?: string
  readonly insecureSkipTlsVerify?: boolean
  readonly proxyUrl?: string
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

/** An identity, the files it came from, and until when its certificate is good (milliseconds of wall time). */
export interface LoadedIdentity {
  readonly identity: Identity
  readonly files: readonly string[]
  readonly expiresAt: number | undefined
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
    tlsServerName: access.tlsServerName,
    insecureSkipTlsVerify: access.insecureSkipTlsVerify,
    proxyUrl: access.proxyUrl,
    namespace: namespace?.trim(),
  }
  return { identity, files: [...read], expiresAt: checkTls(identity) }
}

const loadAccess = async (source: IdentitySource): Promise<{ access: Access; files: readonly string[] }> => {
  if ('access' in source) return { access: source.access, files: [] }
  if ('inCluster' in source)
    return { access: inClusterAccess(source.inCluster.env, source.inCluster.folder), files: [] }
  const paths = typeof source.kubeconfig === 'string' ? [source.kubeconfig] : source.kubeconfig
  const files = await Promise.all(
    paths.map(async (path) => ({ path, folder: dirname(path), text: await readText(path) })),
  )
  return { access: parseKubeconfig(files, source.context), files: paths }
}

const readText = async (file: string): Promise<string> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new KubeconfigError(`cannot read ${file}: ${(cause as NodeJS.ErrnoException).code ?? 'failed'}`, {
      cause,
    })
  }
  // Half a rotation: an empty CA would mean "trust the system's", an empty token "anonymous".
  if (text.trim() === '') throw new KubeconfigError(`${file} is empty`)
  return text
}

/** Whether certificate, key and CA can be read and fit together; the certificate's end. */
const checkTls = ({ ca, cert, key }: Identity): number | undefined => {
  try {
    createSecureContext({ ca, cert, key })
    return cert === undefined ? undefined : Date.parse(new X509Certificate(cert).validTo)
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
