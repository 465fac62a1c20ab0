import { area } from '../conformance-case.ts'
import { access } from './kubectl/access.ts'
import { apply } from './kubectl/apply.ts'
import { change } from './kubectl/change.ts'
import { defaults } from './kubectl/defaults.ts'
import { deletion } from './kubectl/deletion.ts'
import { describe } from './kubectl/describe.ts'
import { errors } from './kubectl/errors.ts'
import { eviction } from './kubectl/eviction.ts'
import { objects } from './kubectl/objects.ts'
import { server } from './kubectl/server.ts'

/** What kubectl prints and how it ends, command by command. */
export const kubectl = area(
  'kubectl',
  'kubectl',
  objects,
  apply,
  change,
  defaults,
  describe,
  deletion,
  access,
  server,
  errors,
  eviction,
)
