import type { ObjectKey } from '@odfmo/api-types/meta'
import { type Derived, type Waiting, type World } from '@odfmo/controller-kit'
import { waiting } from '../status/waiting.ts'

/**
 * Why a binding is not written yet; undefined: its role stands, or is left as it is. Whoever may not `bind` is refused a
 * binding of a role that is not there, with a 404 that speaks of the role. What is left as it is may be nothing: when a
 * MirrorPeer has just come into force, the role's state is still that of a moment ago.
 */
export const rolePending = (world: World, role: Derived, key: ObjectKey): Waiting | undefined => {
  const state = world.state(role, key)
  if (state.is === 'present') return undefined
  const isThere = world.read(role.kind, key, []) !== undefined
  if (state.is === 'left' && isThere) return undefined
  const why =
    'message' in state && state.message !== '' ? state.message : `it is ${isThere ? state.is : 'not there'}`
  return waiting('RolePending', `waiting for ${role.name} ${key.name}: ${why}`)
}
