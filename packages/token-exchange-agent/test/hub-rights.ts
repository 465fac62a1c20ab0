import type { KubeObject } from '@odfmo/api-types'
import { granted, hubNamespaceRules, read, rule } from './agent-rights.ts'

/** What somebody needs on the hub to be the agent of cluster1. */
export const hubRights = (user: string): readonly KubeObject[] => {
  const name = `as-${user.replaceAll(/[^a-z0-9]/g, '-')}`
  const mirrorPeers = [rule('multicluster.odf.openshift.io', 'mirrorpeers', `${read} patch`)]
  return [
    ...granted(name, 'cluster1', hubNamespaceRules, user),
    ...granted(name, undefined, mirrorPeers, user),
  ]
}
