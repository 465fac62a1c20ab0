import { contract } from '@odfmo/api-types'
import type { Expectation } from './expectation.ts'
import { at, conditionOf, textAt } from './seen.ts'

const { name: addonName, hubKubeconfigSecret } = contract.addon
const work = `addon-${addonName}-deploy-0`

/** How an agent comes to run on a spoke, with nobody starting it: from the add-on to a Deployment that is ready. */
export function agentSteps(cluster: string, installNamespace: string): Expectation[] {
  const addon = { about: cluster, cluster: 'hub', object: `managedclusteraddons ${cluster}/${addonName}` }
  return [
    {
      ...addon,
      step: 'add-on placed',
      why: 'a MirrorPeer names this cluster: an agent is needed on it',
      shows: (seen) => {
        const namespace = textAt(
          seen.get('hub', 'managedclusteraddons', addonName, cluster),
          'spec',
          'installNamespace',
        )
        return namespace === undefined ? undefined : `installs into ${namespace}`
      },
    },
    {
      ...addon,
      step: 'registration asked',
      why: 'the identity that the agent will have on the hub',
      shows: (seen) => {
        const object = seen.get('hub', 'managedclusteraddons', addonName, cluster)
        const registrations = at(object, 'status', 'registrations')
        const user = Array.isArray(registrations) ? textAt(registrations[0], 'subject', 'user') : undefined
        return user === undefined ? undefined : `user ${user}`
      },
    },
    {
      about: cluster,
      cluster: 'hub',
      object: `certificatesigningrequests of ${cluster}`,
      step: 'certificate signed',
      why: 'approved only if requester, name, groups and usages are exactly right',
      shows: (seen) => {
        const request = seen
          .list('hub', 'certificatesigningrequests')
          .find(
            (one) =>
              one.metadata.labels?.['open-cluster-management.io/cluster-name'] === cluster &&
              at(one, 'status', 'certificate') !== undefined,
          )
        return request?.metadata.name
      },
    },
    {
      about: cluster,
      cluster,
      object: `secrets ${installNamespace}/${hubKubeconfigSecret}`,
      step: 'hub access delivered',
      why: "the agent's kubeconfig for the hub, with that certificate",
      shows: (seen) =>
        at(seen.get(cluster, 'secrets', hubKubeconfigSecret, installNamespace), 'data', 'kubeconfig') ===
        undefined
          ? undefined
          : 'kubeconfig, certificate and key',
    },
    {
      about: cluster,
      cluster: 'hub',
      object: `manifestworks ${cluster}/${work}`,
      step: 'manifests sent',
      why: 'the Deployment of the agent and what it may do on the spoke',
      shows: (seen) => {
        const sent = seen.get('hub', 'manifestworks', work, cluster)
        const manifests = at(sent, 'spec', 'workload', 'manifests')
        return Array.isArray(manifests) && conditionOf(sent, 'Applied')?.status === 'True'
          ? `${manifests.length} manifests applied`
          : undefined
      },
    },
    {
      about: cluster,
      cluster,
      object: `deployments ${installNamespace}/token-exchange-agent`,
      step: 'agent runs',
      why: 'started by the kubelet from the Deployment, and by nobody else',
      shows: (seen) => {
        const deployment = seen.get(cluster, 'deployments', 'token-exchange-agent', installNamespace)
        const ready = at(deployment, 'status', 'readyReplicas')
        return typeof ready === 'number' && ready > 0 ? `${ready} ready` : undefined
      },
    },
  ]
}
