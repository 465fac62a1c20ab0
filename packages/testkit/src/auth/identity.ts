/** Who sends a request. */
export interface Identity {
  readonly user: string
  readonly groups: readonly string[]
  readonly uid?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** Of the fields of `extra` that the server itself fills. */
export const credentialId = 'authentication.kubernetes.io/credential-id'

export const systemMasters = 'system:masters'
export const systemAuthenticated = 'system:authenticated'
export const systemUnauthenticated = 'system:unauthenticated'
export const anonymous = 'system:anonymous'

/** The controller manager. */
export const controllerIdentity: Identity = {
  user: 'system:kube-controller-manager',
  groups: [systemMasters, systemAuthenticated],
}

/** Who makes requests when nobody is named, fixtures too. */
export const adminIdentity: Identity = { user: 'admin', groups: [systemMasters, systemAuthenticated] }

/** The server itself. */
export const systemIdentity: Identity = {
  user: 'system:apiserver',
  groups: [systemMasters, systemAuthenticated],
}
