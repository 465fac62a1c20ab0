import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import { checkIdentity } from '../check-identity.ts'
import type { UserIdentity } from '../cluster.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'

/** A kubeconfig, and the folder that its relative paths start from. */
export interface Kubeconfig {
  readonly content: unknown
  readonly folder: string
}

/** Reads a kubeconfig from its text, or from the file that has it. */
export const readKubeconfig = (textOrPath: string): Kubeconfig => {
  const isText = textOrPath.includes('\n') || textOrPath.trimStart().startsWith('{')
  if (!isText && !existsSync(textOrPath))
    throw new TypeError(`kubeconfig: expected YAML or the path of a file, got ${JSON.stringify(textOrPath)}`)
  const content: unknown = parse(isText ? textOrPath : readFileSync(textOrPath, 'utf8'))
  if (!isJsonObject(content)) throw new TypeError('kubeconfig: expected a YAML object')
  return { content, folder: isText ? process.cwd() : dirname(resolve(textOrPath)) }
}

const entry = (
  { content }: Kubeconfig,
  list: string,
  inner: string,
  name: string,
): Record<string, unknown> => {
  const entries = listAt(content, list)
  const found = entries.find((item) => textAt(item, 'name') === name)
  if (found === undefined) {
    const names = entries.map((item) => textAt(item, 'name')).join(', ')
    throw new TypeError(
      `kubeconfig: expected ${list} to have an entry named ${JSON.stringify(name)}; there are: ${names}`,
    )
  }
  return recordAt(found, inner)
}

const fileFields = ['certificate-authority', 'client-certificate', 'client-key']

/** The same with the contents of its files in it: it works from everywhere. */
const inline = (values: Record<string, unknown>, folder: string): Record<string, unknown> => {
  const result = { ...values }
  for (const field of fileFields) {
    const path = result[field]
    if (typeof path !== 'string') continue
    delete result[field]
    result[`${field}-data`] = readFileSync(resolve(folder, path)).toString('base64')
  }
  const { tokenFile } = result
  if (typeof tokenFile === 'string') {
    delete result['tokenFile']
    result['token'] = readFileSync(resolve(folder, tokenFile), 'utf8').trim()
  }
  return result
}

/**
 * A kubeconfig of one context alone, named as the cluster is here; for an identity, one that impersonates it. Throws
 * TypeError for what is missing, and for users whose credentials a command would have to give.
 */
export const chooseContext = (
  kubeconfig: Kubeconfig,
  context: string,
  cluster: string,
  identity: UserIdentity = {},
): string => {
  checkIdentity(identity)
  const { user: impersonated, groups } = identity
  const chosen = entry(kubeconfig, 'contexts', 'context', context)
  const user = textAt(chosen, 'user')
  const credentials = inline(entry(kubeconfig, 'users', 'user', user), kubeconfig.folder)
  for (const field of ['exec', 'auth-provider'])
    if (field in credentials)
      throw new TypeError(
        `kubeconfig: user ${user} gets its credentials from ${field}, which is not supported; use a client certificate or a token`,
      )
  const isSomebody = impersonated !== undefined || groups !== undefined
  const impersonation = isSomebody ? { as: impersonated ?? 'admin', 'as-groups': groups ?? [] } : {}
  const name = isSomebody ? (impersonated ?? 'admin') : user
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: cluster,
          cluster: inline(
            entry(kubeconfig, 'clusters', 'cluster', textAt(chosen, 'cluster')),
            kubeconfig.folder,
          ),
        },
      ],
      users: [{ name, user: { ...credentials, ...impersonation } }],
      contexts: [{ name: cluster, context: { cluster, user: name } }],
      'current-context': cluster,
    },
    { lineWidth: 0 },
  )
}
