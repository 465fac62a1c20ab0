import type { Service } from '@odfmo/api-types'
import { derived, leave, present, type Derived } from '@odfmo/controller-kit'
import type { ConsoleKinds } from '../console-kinds.ts'
import { consoleKey, type ConsolePlace } from '../console-place.ts'
import { consoleService, isConsoleService } from '../console-service.ts'
import { deploymentStands, whenDeployed } from './deployment-stands.ts'

/** Made when the Deployment is there, and kept right while it is; labels and annotations of others stay. */
export const serviceRule = (kinds: ConsoleKinds, place: ConsolePlace): Derived<Service> =>
  derived({
    name: 'console-service',
    kind: kinds.ConsoleService,
    keys: whenDeployed(kinds, consoleKey(place.namespace)),
    ours: isConsoleService,
    wanted: (_key, world) =>
      deploymentStands(kinds, world, place.namespace)
        ? // One selector more, and the Service would lead nowhere.
          present(consoleService(place), { exact: ['spec.selector'] })
        : leave(),
  })
