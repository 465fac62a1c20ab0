import { resolve } from 'node:path'
import { kinds } from '@odfmo/api-types'
import { extraKinds } from '../extra-kinds.ts'
import type { KubeconfigSource } from '../../access/cluster-client.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import type { ImageProgram } from './container-command.ts'
import type { ContainerRunner } from './container-runner.ts'
import { DeploymentController } from './deployment-controller.ts'
import { deploymentOf, nodeName } from './new-pod.ts'
import { keepNodeLease } from './node-lease.ts'
import { NodePods } from './node-pods.ts'
import type { ContainerEvent, ContainerName } from './node-pods.ts'
import { kubeletBackOff } from './restart-back-off.ts'
import type { RestartBackOff } from './restart-back-off.ts'
import { Watchdog } from './watchdog.ts'

/** Which cluster, and which programs stand for which images. */
export interface KubeletOptions extends SimulatorOptions {
  /** Kubeconfig text, or what gives a fresh one: of an administrator of the cluster. */
  readonly cluster: KubeconfigSource
  /** Image → what runs in its place. Containers of other images wait with ImagePullBackOff. */
  readonly images: Readonly<Record<string, ImageProgram>>
  /** Where volumes, tokens and logs go: `logs/<namespace>_<pod>_<container>.log`; logs stay when it stops. */
  readonly dir: string
  /** Between restarts of a container that crashes; the kubelet's own (10 s doubling to 5 minutes) when absent. */
  readonly crashBackOff?: Partial<RestartBackOff>
  /** Before a changed secret reaches a mounted volume, milliseconds; at once by default (a real one takes up to a minute). */
  readonly secretDelayMs?: number
  /** Whether it renews the node's Lease in `kube-node-lease`, every 10 s. Default false: there is no Node here. */
  readonly nodeLease?: boolean
  /** Hears of every start, readiness change and end. */
  readonly onContainer?: (event: ContainerEvent) => void
}

/** Plays kubelet: runs the programs of Deployments as processes. */
export interface Kubelet extends Simulator {
  /** The running processes. */
  pids(): (ContainerName & { readonly pid: number })[]
  /** Stops the containers of a Deployment (`name` or `namespace/name`) gracefully; they start again at once. */
  restart(deployment: string): void
  /** Signals the containers of a Deployment, SIGKILL when nothing is said; answers the pids. They are restarted as after a crash. */
  kill(deployment: string, signal?: NodeJS.Signals): number[]
}

/**
 * Runs the Deployments of a cluster as processes of this machine: plays the Deployment controller, the scheduler and
 * the kubelet of one node.
 */
export const kubelet = async (options: KubeletOptions): Promise<Kubelet> => {
  const { images, onContainer = () => undefined, secretDelayMs = 0 } = options
  const loop = new ControlLoop('kubelet', options)
  const cluster = loop.client(options.cluster)
  const watchdog = new Watchdog()
  const deployments = loop.copy(cluster, kinds.Deployment)
  const pods = loop.copy(cluster, extraKinds.Pod, { fieldSelector: `spec.nodeName=${nodeName}` })
  const node = new NodePods({
    loop,
    cluster,
    pods,
    deployments,
    images,
    directory: resolve(options.dir),
    watchdog,
    backOff: { ...kubeletBackOff, ...options.crashBackOff },
    secretDelayMs,
    onContainer,
    onEnded: (pod) => controller.wake(pod),
  })
  const controller = new DeploymentController({
    loop,
    cluster,
    deployments,
    pods,
    ending: () => node.ending(),
  })
  if (options.nodeLease === true) keepNodeLease(loop, cluster)
  await loop.start()

  const containers = (): { readonly name: ContainerName; readonly container: ContainerRunner }[] =>
    node.running().flatMap(({ pod, runner }) => {
      const { namespace = '', name = '' } = pod.metadata
      const deployment = deploymentOf(pod)?.name ?? ''
      return runner.containers.map((container) => ({
        name: { namespace, deployment, pod: name, container: container.view.name },
        container,
      }))
    })
  const containersOf = (wanted: string): ContainerRunner[] =>
    containers().flatMap(({ name: { namespace, deployment }, container }) =>
      deployment === wanted || `${namespace}/${deployment}` === wanted ? [container] : [],
    )
  return {
    ...loop.asSimulator(),
    pids: () =>
      containers().flatMap(({ name, container: { pid } }) => (pid === undefined ? [] : [{ ...name, pid }])),
    restart(deployment) {
      for (const container of containersOf(deployment)) container.restart()
    },
    kill(deployment, signal = 'SIGKILL') {
      const killed = containersOf(deployment)
      const pids = killed.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
      for (const container of killed) container.signal(signal)
      return pids
    },
    async stop() {
      await node.stop()
      await loop.stop()
      await watchdog.stop()
    },
  }
}
