import { kinds } from '@odfmo/api-types'
import type { CustomResourceDefinition } from '@odfmo/api-types'
import { customResource } from './custom-resource.ts'

/** The OpenShift console's plugins; both versions take any fields here. */
export const consoleCrds: readonly CustomResourceDefinition[] = [
  customResource({ kind: kinds.ConsolePlugin, statusSubresource: false, alsoServed: ['v1alpha1'] }),
]
