import type { ObjectKey } from '@odfmo/api-types'
import type { World } from '@odfmo/controller-kit'
import type { AgentWorld } from './kinds.ts'

/** Whether an object's namespace on the spoke does not exist: then nothing in it does, whatever may be read there. */
export const isNamespaceGone = (
  world: World,
  { spoke }: Pick<AgentWorld, 'spoke'>,
  { namespace }: Pick<ObjectKey, 'namespace'>,
): boolean => namespace !== undefined && world.read(spoke.Namespace, { name: namespace }, []) === undefined
