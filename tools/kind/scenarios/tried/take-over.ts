import { contract, kinds, type ClusterRoleBinding } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { rememberIdentities } from '../identities.ts'
import { firstMirrorPeer, untilReady } from '../mirror-peer.ts'
import type { Scenario } from '../scenario.ts'

const { originalClusterRoleBinding } = contract.addon

/** As the original's hub wrote it: whoever was an agent once is in it for ever. */
const ref = { apiVersion: apiVersionOf(kinds.ClusterRoleBinding), kind: kinds.ClusterRoleBinding.kind }
const stale: ClusterRoleBinding = {
  ...ref,
  metadata: { name: originalClusterRoleBinding },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: contract.addon.hubRbac },
  subjects: [
    {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'User',
      name: 'system:open-cluster-management:cluster:gone:addon:tokenexchange:agent:tokenexchange',
    },
  ],
}

export const takeOverScenario: Scenario = {
  name: 'take over',
  title:
    'a binding of the original with subjects that are long gone is taken away; no agent is started or registered again',
  async run(fleet) {
    const { hub, observer, signal } = fleet
    const expectSame = rememberIdentities(fleet)
    await observer.client('hub').create(kinds.ClusterRoleBinding, stale, { signal })
    await fleet.until(async () => {
      if ((await hub.get(ref, { name: originalClusterRoleBinding })) !== undefined)
        throw new Error(`the hub still has the ClusterRoleBinding ${originalClusterRoleBinding}`)
    })
    await untilReady(fleet, firstMirrorPeer(fleet))
    expectSame()
  },
}
