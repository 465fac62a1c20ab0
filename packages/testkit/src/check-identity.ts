import { checkFields, refuseOption } from './check-option.ts'

const nonEmptyText = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Throws a TypeError for what names nobody: a misspelt identity would be the administrator. */
export const checkIdentity = (identity: unknown): void => {
  checkFields('identity', identity, ['user', 'groups'])
  const { user, groups } = identity as { readonly user?: unknown; readonly groups?: unknown }
  if (user !== undefined && !nonEmptyText(user)) refuseOption('identity: user', 'a name', user)
  if (groups !== undefined && !(Array.isArray(groups) && groups.every(nonEmptyText)))
    refuseOption('identity: groups', 'a list of names', groups)
}
