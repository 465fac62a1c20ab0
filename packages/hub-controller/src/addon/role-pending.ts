import type { ObjectKey } from '@odfmo/api-types/meta'
import { waiting, type Derived, type Waiting, type World } from '@odfmo/controller-kit'

/**
 * Why a binding is not written yet; undefined: its role stands, or is left as it is. Whoever may not `bind` is
 * refused a binding of a role that is not there, with a 404 that speaks of the role.
 */
export const rolePending = (world: World, role: Derived, key: ObjectKey): Waiting | undefined => {
  const state = world.state(role, key)
  if (state.is === 'present' || state.is === 'left') return undefined
  const why = 'message' in state && state.message !== '' ? state.message : `it is ${state.is}`
  return waiting('RolePending', `waiting for ${role.name} ${key.name}: ${why}`)
}
