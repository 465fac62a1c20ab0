import { apiVersionOf, kinds } from '@odfmo/api-types'
import type { Deployment } from '@odfmo/api-types'
import { extraKinds } from '../extra-kinds.ts'
import type { Pod } from '../extra-kinds.ts'
import { templateHash, templateHashLabel } from './rollout.ts'

/** The node that this host is. */
export const nodeName = 'simulated-node'

/** A pod of a Deployment, already bound to this host's node; there is no ReplicaSet between them here. */
export const newPod = (deployment: Deployment): Pod => {
  const { name = '', namespace, uid = '' } = deployment.metadata
  const template = deployment.spec?.template
  const hash = templateHash(deployment)
  return {
    apiVersion: apiVersionOf(extraKinds.Pod),
    kind: extraKinds.Pod.kind,
    metadata: {
      generateName: `${name}-${hash}-`,
      namespace,
      labels: { ...template?.metadata?.labels, [templateHashLabel]: hash },
      ...(template?.metadata?.annotations === undefined
        ? {}
        : { annotations: template.metadata.annotations }),
      ownerReferences: [
        {
          apiVersion: apiVersionOf(kinds.Deployment),
          kind: kinds.Deployment.kind,
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [],
      ...template?.spec,
      nodeName,
    },
  }
}

/** The Deployment that a pod is of. */
export const deploymentOf = ({
  metadata,
}: Pick<Pod, 'metadata'>): { name: string; uid: string } | undefined => {
  const owner = metadata.ownerReferences?.find(
    ({ kind, controller }) => kind === kinds.Deployment.kind && controller === true,
  )
  return owner === undefined ? undefined : { name: owner.name, uid: owner.uid }
}
