import { join } from 'node:path'
import type { Deployment } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import { ensureStatus } from '../../access/ensure.ts'
import { extraKinds } from '../extra-kinds.ts'
import type { Pod } from '../extra-kinds.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import type { Worker } from '../loop/worker.ts'
import type { ContainerChange } from './container-runner.ts'
import { deploymentOf } from './new-pod.ts'
import { PodRunner } from './pod-runner.ts'
import type { PodRunnerOptions } from './pod-runner.ts'
import { podStatus } from './pod-status.ts'

/** Which container of which Deployment's pod. */
export interface ContainerName {
  readonly namespace: string
  readonly deployment: string
  readonly pod: string
  readonly container: string
}

/** What became of a container. */
export type ContainerEvent = ContainerName & ContainerChange

export interface NodePodsOptions extends Omit<PodRunnerOptions, 'pod' | 'onChange' | 'logDirectory'> {
  readonly pods: LocalCopy<Pod>
  readonly deployments: LocalCopy<Deployment>
  readonly onContainer: (event: ContainerEvent) => void
  readonly onEnded: (pod: Pod) => void
}

interface RunningPod {
  readonly pod: Pod
  readonly runner: PodRunner
}

/** Runs the pods that are bound to this node, and reports on them. */
export class NodePods {
  readonly #options: NodePodsOptions
  /** By uid: a pod of the same name may come while the one before it still ends. */
  readonly #running = new Map<string, RunningPod>()
  readonly #ending = new Map<string, { readonly pod: Pod; readonly ended: Promise<void> }>()
  readonly #worker: Worker
  readonly #statusWorker: Worker
  #isStopping = false

  constructor(options: NodePodsOptions) {
    const { loop, pods, deployments } = options
    this.#options = options
    this.#worker = loop.worker('pod', (uid) => this.#reconcile(uid))
    this.#statusWorker = loop.worker('pod status', (key) => this.#report(key))
    pods.onChange((_, pod, before) => {
      for (const one of [pod, before]) if (one !== undefined) this.#worker.add(one.metadata.uid ?? '')
    })
    deployments.onChange((_, deployment, before) => {
      if (before === undefined || deployment?.metadata.uid === before.metadata.uid) return
      for (const pod of pods.all()) {
        if (deploymentOf(pod)?.uid === before.metadata.uid) this.#worker.add(pod.metadata.uid ?? '')
      }
    })
  }

  running(): RunningPod[] {
    return [...this.#running.values()]
  }

  /** Pods whose processes have been asked to end. */
  ending(): Pod[] {
    return [...this.#ending.values()].map(({ pod }) => pod)
  }

  /** Ends all processes; the pods stay in the cluster. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const runners = this.running().map(({ runner }) => runner.stop())
    this.#running.clear()
    await Promise.all([...runners, ...[...this.#ending.values()].map(({ ended }) => ended)])
  }

  async #reconcile(uid: string): Promise<undefined> {
    if (this.#isStopping) return undefined
    const { pods, cluster } = this.#options
    const pod = find(pods, uid)
    const isWanted = pod !== undefined && pod.metadata.deletionTimestamp === undefined && this.#isOwned(pod)
    const known = this.#running.get(uid)
    if (isWanted && known === undefined) this.#begin(pod, uid)
    if (isWanted) return undefined
    if (known !== undefined) await this.#end(uid, known)
    const left = find(pods, uid)
    if (left === undefined) return undefined
    await cluster.remove(extraKinds.Pod, keyOf(left), { uid, gracePeriodSeconds: 0 })
    return undefined
  }

  /** Where no garbage collector runs, pods of a Deployment that is gone are ours to remove. */
  #isOwned(pod: Pod): boolean {
    const owner = deploymentOf(pod)
    return (
      owner === undefined ||
      this.#options.deployments.all().some(({ metadata }) => metadata.uid === owner.uid)
    )
  }

  #begin(pod: Pod, uid: string): void {
    const { directory, onContainer } = this.#options
    const { namespace = '', name = '' } = pod.metadata
    const names = { namespace, pod: name, deployment: deploymentOf(pod)?.name ?? '' }
    const onChange = (container: string, change?: ContainerChange): void => {
      this.#statusWorker.add(`${namespace}/${name}`)
      if (change !== undefined) onContainer({ ...names, container, ...change })
    }
    const runner = new PodRunner({
      ...this.#options,
      pod,
      directory: join(directory, 'pods', uid),
      logDirectory: join(directory, 'logs'),
      onChange,
    })
    this.#running.set(uid, { pod, runner })
    runner.begin()
    this.#statusWorker.add(`${namespace}/${name}`)
  }

  async #end(uid: string, { pod, runner }: RunningPod): Promise<void> {
    this.#running.delete(uid)
    const ended = runner.stop()
    this.#ending.set(uid, { pod, ended })
    await ended
    this.#ending.delete(uid)
    this.#options.onEnded(pod)
  }

  async #report(key: string): Promise<undefined> {
    const { pods, cluster, loop } = this.#options
    const pod = pods.get(key)
    const known = this.#running.get(pod?.metadata.uid ?? '')
    if (pod === undefined || known === undefined) return undefined
    const status = podStatus(pod, known.runner.views, loop.clock.now())
    pods.put(await ensureStatus(cluster, extraKinds.Pod, pod, status))
    return undefined
  }
}

const find = (pods: LocalCopy<Pod>, uid: string): Pod | undefined =>
  pods.all().find(({ metadata }) => metadata.uid === uid)
