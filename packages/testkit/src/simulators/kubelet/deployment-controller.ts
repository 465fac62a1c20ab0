import { kinds } from '@odfmo/api-types'
import type { Deployment } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { ensureStatus } from '../../access/ensure.ts'
import { extraKinds } from '../extra-kinds.ts'
import type { Pod } from '../extra-kinds.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import type { Worker } from '../loop/worker.ts'
import { deploymentStatus } from './deployment-status.ts'
import { deploymentOf, newPod } from './new-pod.ts'
import { hashOf, rollout } from './rollout.ts'

export interface DeploymentControllerOptions {
  readonly loop: ControlLoop
  readonly cluster: ClusterClient
  readonly deployments: LocalCopy<Deployment>
  readonly pods: LocalCopy<Pod>
  /** Pods that may be gone from the cluster, but whose processes have not ended. */
  readonly ending: () => readonly Pod[]
}

/** Makes and removes the pods of Deployments, and keeps their status. */
export class DeploymentController {
  readonly #options: DeploymentControllerOptions
  readonly #worker: Worker

  constructor(options: DeploymentControllerOptions) {
    const { loop, deployments, pods } = options
    this.#options = options
    this.#worker = loop.worker('deployment', (key) => this.#reconcile(key))
    deployments.onChange((key) => this.#worker.add(key))
    pods.onChange((_, pod, before) => {
      for (const one of [pod, before]) if (one !== undefined) this.wake(one)
    })
  }

  /** Something about a pod has changed that the cluster does not show. */
  wake(pod: Pod): void {
    const owner = deploymentOf(pod)
    if (owner !== undefined) this.#worker.add(`${pod.metadata.namespace}/${owner.name}`)
  }

  async #reconcile(key: string): Promise<undefined> {
    const { cluster, deployments, pods, loop, ending } = this.#options
    const deployment = deployments.get(key)
    if (deployment === undefined) return undefined
    const { uid, deletionTimestamp } = deployment.metadata
    const leaving = podsOf(uid, ending()).map(hashOf)
    const { create, remove } = rollout({ deployment, pods: podsOf(uid, pods.all()), ending: leaving })
    for (const pod of remove) await cluster.remove(extraKinds.Pod, keyOf(pod), { uid: pod.metadata.uid })
    for (let made = 0; made < create; made++) {
      pods.put(await cluster.create(extraKinds.Pod, newPod(deployment)))
    }
    if (deletionTimestamp !== undefined) return undefined
    const status = deploymentStatus(deployment, podsOf(uid, pods.all()), loop.clock.now())
    deployments.put(await ensureStatus(cluster, kinds.Deployment, deployment, status))
    return undefined
  }
}

const podsOf = (uid: string | undefined, pods: readonly Pod[]): Pod[] =>
  pods.filter((pod) => deploymentOf(pod)?.uid === uid)
