/** Who sends a request. */
export interface Identity {
  readonly user: string
  readonly groups: readonly string[]
  readonly uid?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export const systemMasters = 'system:masters'
export const systemAuthenticated = 'system:authenticated'

/** The server itself: controllers and fixtures. */
export const systemIdentity: Identity = {
  user: 'system:apiserver',
  groups: [systemMasters, systemAuthenticated],
}
