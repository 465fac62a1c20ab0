import { join, resolve } from 'node:path'
import { kinds } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { ensureStatus } from '../access/ensure.ts'
import { extraKinds } from '../extra-kinds.ts'
import type { Pod } from '../extra-kinds.ts'
import { ControlLoop } from '../loop/control-loop.ts'
import type { Simulator, SimulatorOptions } from '../simulator.ts'
import type { ImageProgram } from './container-command.ts'
import type { ContainerChange } from './container-runner.ts'
import { deploymentStatus } from './deployment-status.ts'
import { deploymentOf, newPod, nodeName } from './new-pod.ts'
import { PodRunner } from './pod-runner.ts'
import { podStatus } from './pod-status.ts'
import { kubeletBackOff } from './restart-back-off.ts'
import type { RestartBackOff } from './restart-back-off.ts'
import { hashOf, rollout } from './rollout.ts'
import { Watchdog } from './watchdog.ts'

/** Which container of which Deployment's pod. */
export interface ContainerName {
  readonly namespace: string
  readonly deployment: string
  readonly pod: string
  readonly container: string
}

export type ContainerEvent = ContainerName & ContainerChange

export interface KubeletOptions extends SimulatorOptions {
  /** Kubeconfig text of an administrator of the cluster. */
  readonly cluster: string
  /** Image → what runs in its place. Containers of other images wait with ImagePullBackOff. */
  readonly images: Readonly<Record<string, ImageProgram>>
  /** Where volumes, tokens and logs go: `logs/<namespace>_<pod>_<container>.log`; logs stay when it stops. */
  readonly dir: string
  /** Between restarts of a container that crashes; the kubelet's own (10 s doubling to 5 minutes) when absent. */
  readonly crashBackOff?: Partial<RestartBackOff>
  /** Before a changed secret reaches a mounted volume, milliseconds; at once by default (a real one takes up to a minute). */
  readonly secretDelayMs?: number
  /** Hears of every start, readiness change and end. */
  readonly onContainer?: (event: ContainerEvent) => void
}

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
  const dir = resolve(options.dir)
  const backOff = { ...kubeletBackOff, ...options.crashBackOff }
  const loop = new ControlLoop('kubelet', options)
  const cluster = loop.client(options.cluster)
  const watchdog = new Watchdog()
  const deployments = loop.copy(cluster, kinds.Deployment)
  const pods = loop.copy(cluster, extraKinds.Pod, { fieldSelector: `spec.nodeName=${nodeName}` })
  let isStopping = false
  const running = new Map<string, { readonly pod: Pod; readonly runner: PodRunner }>()
  const ending = new Map<string, { readonly pod: Pod; readonly ended: Promise<void> }>()

  const podsOf = (uid: string | undefined, all: Iterable<Pod>): Pod[] =>
    [...all].filter((pod) => deploymentOf(pod)?.uid === uid)

  const deploymentWorker = loop.worker('deployment', async (key) => {
    const deployment = deployments.get(key)
    if (deployment === undefined) return undefined
    const { uid } = deployment.metadata
    const own = podsOf(uid, pods.all())
    const leaving = podsOf(
      uid,
      [...ending.values()].map(({ pod }) => pod),
    )
    const { create, remove } = rollout({ deployment, pods: own, ending: leaving.map(hashOf) })
    for (const pod of remove) await cluster.remove(extraKinds.Pod, keyOf(pod), { uid: pod.metadata.uid })
    for (let made = 0; made < create; made++)
      pods.put(await cluster.create(extraKinds.Pod, newPod(deployment)))
    if (deployment.metadata.deletionTimestamp !== undefined) return undefined
    const status = deploymentStatus(deployment, podsOf(uid, pods.all()), loop.clock.now())
    deployments.put(await ensureStatus(cluster, kinds.Deployment, deployment, status))
    return undefined
  })
  const wakeDeployment = (pod: Pod): void => {
    const owner = deploymentOf(pod)
    if (owner !== undefined) deploymentWorker.add(`${pod.metadata.namespace}/${owner.name}`)
  }

  const statusWorker = loop.worker('pod status', async (key) => {
    const pod = pods.get(key)
    const known = running.get(pod?.metadata.uid ?? '')
    if (pod === undefined || known === undefined) return undefined
    const status = podStatus(pod, known.runner.views, loop.clock.now())
    pods.put(await ensureStatus(cluster, extraKinds.Pod, pod, status))
    return undefined
  })

  /** Keyed by uid: a pod of the same name may come while the one before it still ends. */
  const podWorker = loop.worker('pod', async (uid) => {
    const pod = pods.all().find(({ metadata }) => metadata.uid === uid)
    if (isStopping) return undefined
    const isWanted = pod !== undefined && pod.metadata.deletionTimestamp === undefined && isOwned(pod)
    const known = running.get(uid)
    if (isWanted && known === undefined) begin(pod, uid)
    if (!isWanted && known !== undefined) await end(uid)
    const isGone = pods.all().every(({ metadata }) => metadata.uid !== uid)
    if (!isWanted && !isGone && pod !== undefined) {
      await cluster.remove(extraKinds.Pod, keyOf(pod), { uid, gracePeriodSeconds: 0 })
    }
    return undefined
  })
  // Where no garbage collector runs, pods of a Deployment that is gone are ours to remove.
  const isOwned = (pod: Pod): boolean => {
    const owner = deploymentOf(pod)
    return owner === undefined || deployments.all().some(({ metadata }) => metadata.uid === owner.uid)
  }

  const begin = (pod: Pod, uid: string): void => {
    const { namespace = '', name = '' } = pod.metadata
    const names = { namespace, pod: name, deployment: deploymentOf(pod)?.name ?? '' }
    const onChange = (container: string, change?: ContainerChange): void => {
      statusWorker.add(`${namespace}/${name}`)
      if (change !== undefined) onContainer({ ...names, container, ...change })
    }
    const directory = join(dir, 'pods', uid)
    const runner = new PodRunner({
      loop,
      cluster,
      pod,
      images,
      directory,
      watchdog,
      backOff,
      secretDelayMs,
      onChange,
    })
    running.set(uid, { pod, runner })
    runner.begin()
    statusWorker.add(`${namespace}/${name}`)
  }

  const end = async (uid: string): Promise<void> => {
    const known = running.get(uid)
    if (known === undefined) return
    running.delete(uid)
    const ended = known.runner.stop()
    ending.set(uid, { pod: known.pod, ended })
    await ended
    ending.delete(uid)
    wakeDeployment(known.pod)
  }

  deployments.onChange((key, deployment, before) => {
    deploymentWorker.add(key)
    if (deployment?.metadata.uid === before?.metadata.uid) return
    for (const pod of podsOf(before?.metadata.uid, pods.all())) podWorker.add(pod.metadata.uid ?? '')
  })
  pods.onChange((_, pod, before) => {
    for (const one of [pod, before]) {
      if (one === undefined) continue
      podWorker.add(one.metadata.uid ?? '')
      wakeDeployment(one)
    }
  })

  await loop.start()

  const runnersOf = (name: string): PodRunner[] =>
    [...running.values()].flatMap(({ pod, runner }) => {
      const deployment = deploymentOf(pod)?.name ?? ''
      return deployment === name || `${pod.metadata.namespace}/${deployment}` === name ? [runner] : []
    })
  return {
    pids: () =>
      [...running.values()].flatMap(({ pod, runner }) =>
        runner.containers.flatMap((container) => {
          const { namespace = '', name = '' } = pod.metadata
          const deployment = deploymentOf(pod)?.name ?? ''
          const { pid } = container
          return pid === undefined
            ? []
            : [{ namespace, deployment, pod: name, container: container.view.name, pid }]
        }),
      ),
    restart(deployment) {
      for (const runner of runnersOf(deployment))
        for (const container of runner.containers) container.restart()
    },
    kill(deployment, signal = 'SIGKILL') {
      const containers = runnersOf(deployment).flatMap((runner) => runner.containers)
      const pids = containers.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
      for (const container of containers) container.signal(signal)
      return pids
    },
    async stop() {
      isStopping = true
      const runners = [...running.values()].map(({ runner }) => runner)
      running.clear()
      await Promise.all([
        ...runners.map((runner) => runner.stop()),
        ...[...ending.values()].map(({ ended }) => ended),
      ])
      await loop.stop()
      await watchdog.stop()
    },
  }
}
