import { isAbsolute, join } from 'node:path'
import type { Access, BasicAccess, ExecAccess, Impersonation, Source } from './access.ts'
import { KubeconfigError } from './kubeconfig-error.ts'
import {
  defined,
  fileOf,
  isFields,
  pemOf,
  textOf,
  textsOf,
  type Entry,
  type Fields,
} from './kubeconfig-fields.ts'

/** What to use instead of the providers that kubectl once had built in. */
const insteadOfProvider: Readonly<Record<string, string>> = {
  oidc: 'an exec plugin for OIDC (kubectl oidc-login get-token)',
  gcp: 'the exec plugin gke-gcloud-auth-plugin',
  azure: 'the exec plugin kubelogin',
}

/**
 * Who a user entry says we are; `cluster` is the one of the same context. Throws a `KubeconfigError` for what is
 * contradictory or cannot be done here.
 */
export const userAccess = (user: Entry, cluster: Entry, where: string): Omit<Access, 'server'> => {
  refuseProvider(user.fields, where)
  const cert = pemOf(user, 'client-certificate', where)
  const key = pemOf(user, 'client-key', where)
  if ((cert === undefined) !== (key === undefined)) {
    throw new KubeconfigError(`${where}: client-certificate and client-key are needed together`)
  }
  const token = tokenOf(user, where)
  const basic = basicOf(user.fields, where)
  if (token !== undefined && basic !== undefined)
    throw new KubeconfigError(`${where}: expected a token or a username, got both`)
  const exec = execOf(user, cluster, where)
  const impersonate = impersonationOf(user.fields, where)
  return defined({ cert, key, token, basic, exec, impersonate })
}

/**
 * A provider's refresh token may change with every use and then has to be written back into the kubeconfig, which is
 * the user's: plugins keep theirs in a place of their own.
 */
const refuseProvider = (fields: Fields, where: string): void => {
  const provider = fields['auth-provider']
  if (provider === undefined || provider === null) return
  const name = isFields(provider) && typeof provider['name'] === 'string' ? provider['name'] : ''
  const instead = insteadOfProvider[name] ?? 'an exec plugin, a token, a tokenFile or a client certificate'
  throw new KubeconfigError(`${where}: the auth-provider "${name}" is not supported; use ${instead}`)
}

const tokenOf = (user: Entry, where: string): Source | undefined => {
  // A file wins, as in client-go: the token beside it is only what it held first.
  const file = fileOf(user, 'tokenFile', where)
  if (file !== undefined) return file
  const token = textOf(user.fields, 'token', where)
  return token === undefined ? undefined : { value: token }
}

const basicOf = (fields: Fields, where: string): BasicAccess | undefined => {
  const username = textOf(fields, 'username', where)
  const password = textOf(fields, 'password', where)
  if (username === undefined && password === undefined) return undefined
  if (username === undefined || username.includes(':'))
    throw new KubeconfigError(`${where}: expected a "username" without a colon beside the password`)
  return { username, password: password ?? '' }
}

const impersonationOf = (fields: Fields, where: string): Impersonation | undefined => {
  const user = textOf(fields, 'as', where)
  const uid = textOf(fields, 'as-uid', where)
  const groups = textsOf(fields, 'as-groups', where)
  const extra = extraOf(fields['as-user-extra'], where)
  if (user !== undefined) return { user, ...defined({ uid, groups, extra }) }
  // Without a user the server would take the request as made by ourselves.
  if (uid !== undefined || groups !== undefined || extra !== undefined)
    throw new KubeconfigError(`${where}: "as-uid", "as-groups" and "as-user-extra" need "as"`)
  return undefined
}

const extraOf = (value: unknown, where: string): Readonly<Record<string, readonly string[]>> | undefined => {
  if (value === undefined || value === null) return undefined
  if (!isFields(value)) throw new KubeconfigError(`${where}: expected "as-user-extra" to be an object`)
  return Object.fromEntries(
    Object.keys(value).map((name) => [name, textsOf(value, name, `${where}: "as-user-extra"`) ?? []]),
  )
}

const execVersion = (fields: Fields, where: string): ExecAccess['apiVersion'] => {
  const version = textOf(fields, 'apiVersion', where)
  if (version === 'client.authentication.k8s.io/v1' || version === 'client.authentication.k8s.io/v1beta1')
    return version
  throw new KubeconfigError(
    `${where}: expected "apiVersion" to be client.authentication.k8s.io/v1 or v1beta1, got "${version ?? ''}"`,
  )
}

const execOf = (user: Entry, cluster: Entry, userWhere: string): ExecAccess | undefined => {
  const fields = user.fields['exec']
  if (fields === undefined || fields === null) return undefined
  const where = `${userWhere}: exec`
  if (!isFields(fields)) throw new KubeconfigError(`${where}: expected an object`)
  const command = textOf(fields, 'command', where)
  if (command === undefined) throw new KubeconfigError(`${where}: expected a "command"`)
  if (fields['interactiveMode'] === 'Always')
    throw new KubeconfigError(`${where}: interactiveMode is Always, and there is nobody to ask`)
  return {
    apiVersion: execVersion(fields, where),
    // A path starts at the folder of its kubeconfig, a bare name is looked for in PATH.
    command: command.includes('/') && !isAbsolute(command) ? join(user.folder, command) : command,
    ...defined({
      args: textsOf(fields, 'args', where),
      env: environmentOf(fields['env'], where),
      installHint: textOf(fields, 'installHint', where),
      cluster: fields['provideClusterInfo'] === true ? { config: execExtension(cluster.fields) } : undefined,
    }),
  }
}

const environmentOf = (value: unknown, where: string): Readonly<Record<string, string>> | undefined => {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw new KubeconfigError(`${where}: expected "env" to be a list`)
  const pairs = value.map((item: unknown) => {
    const name = isFields(item) ? textOf(item, 'name', `${where}: "env"`) : undefined
    if (!isFields(item) || name === undefined)
      throw new KubeconfigError(`${where}: expected a "name" and a "value" in each item of "env"`)
    return [name, textOf(item, 'value', `${where}: "env"`) ?? ''] as const
  })
  return Object.fromEntries(pairs)
}

/** What a cluster entry has for its plugin, under a name that is reserved for it. */
const execExtension = (cluster: Fields): unknown => {
  const { extensions } = cluster
  const found = (Array.isArray(extensions) ? extensions : []).find(
    (item: unknown) => isFields(item) && item['name'] === 'client.authentication.k8s.io/exec',
  ) as Fields | undefined
  return found?.['extension']
}
