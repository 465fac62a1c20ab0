import type { HubReference } from '../../reference/hub-reference.ts'
import type { ServiceFacts } from '../service-facts.ts'
import type { GeneratedFile } from '../yaml-file.ts'
import { besideFiles } from './beside-files.ts'
import { bundleFiles } from './bundle-files.ts'
import { catalogFiles } from './catalog-files.ts'
import { thisRelease, type Release } from './release.ts'
import { subscriptionFiles } from './subscription-files.ts'

/** `deploy/olm`: the bundle, a catalog with it, how to subscribe to that, and what has to be applied beside. */
export const olmFiles = (
  facts: ServiceFacts,
  hub: HubReference,
  release: Release = thisRelease,
): readonly GeneratedFile[] => [
  ...bundleFiles(facts, hub, release),
  ...catalogFiles(facts, release),
  ...subscriptionFiles(release),
  ...besideFiles(),
]
