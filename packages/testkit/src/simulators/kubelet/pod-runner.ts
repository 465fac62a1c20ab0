import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kinds } from '@odfmo/api-types'
import type { ConfigMap, Container, Secret, Volume } from '@odfmo/api-types'
import { recordAt } from '../../kube-object.ts'
import type { ClusterClient } from '../../access/cluster-client.ts'
import type { Pod, PodContainer } from '../extra-kinds.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import { containerCommand, portsOf } from './container-command.ts'
import type { ImageProgram } from './container-command.ts'
import { startProcess } from './container-process.ts'
import { ContainerRunner } from './container-runner.ts'
import type { ContainerChange, Start } from './container-runner.ts'
import type { ContainerView } from './container-status.ts'
import { freePort } from './free-port.ts'
import type { DiskMount } from './mounted-path.ts'
import type { RestartBackOff } from './restart-back-off.ts'
import { serviceAccountPath, writeKubeconfig, writeServiceAccount } from './service-account-files.ts'
import { volumeFiles } from './volume-files.ts'
import { writeVolume } from './volume-writer.ts'
import type { Watchdog } from './watchdog.ts'

export interface PodRunnerOptions {
  readonly loop: ControlLoop
  readonly cluster: ClusterClient
  readonly pod: Pod
  readonly images: Readonly<Record<string, ImageProgram>>
  /** Of this pod; goes with it. */
  readonly directory: string
  /** Logs outlive their pods. */
  readonly logDirectory: string
  readonly watchdog: Watchdog
  readonly backOff: RestartBackOff
  /** Before a changed secret reaches a volume that is mounted already. */
  readonly secretDelayMs: number
  readonly onChange: (container: string, change?: ContainerChange) => void
}

type Source = LocalCopy<Secret> | LocalCopy<ConfigMap>

/** One pod on this host: its volumes on disk, its service account, its containers. */
export class PodRunner {
  readonly containers: readonly ContainerRunner[]
  readonly #options: PodRunnerOptions
  readonly #sources = new Map<string, Source>()
  readonly #written = new Map<string, string>()
  #cancelRefresh: () => void = () => undefined
  #account: Promise<void> | undefined
  #isStopped = false
  #writing: Promise<void> = Promise.resolve()

  constructor(options: PodRunnerOptions) {
    this.#options = options
    const { pod, loop, backOff, onChange } = options
    const graceMs = (pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000
    this.containers = (pod.spec?.containers ?? []).map(
      (container) =>
        new ContainerRunner({
          container,
          clock: loop.clock,
          backOff,
          graceMs,
          start: () => this.#start(container),
          onChange: (change) => onChange(container.name, change),
        }),
    )
  }

  get views(): ContainerView[] {
    return this.containers.map(({ view }) => view)
  }

  begin(): void {
    for (const volume of this.#options.pod.spec?.volumes ?? []) this.#follow(volume)
    for (const container of this.containers) container.begin()
  }

  /** Resolves when its processes have ended and its files are gone. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelRefresh()
    await Promise.all(this.containers.map((container) => container.stop()))
    await Promise.all(
      [...this.#sources.values()].map((source) => this.#options.loop.drop(source as LocalCopy<Secret>)),
    )
    await this.#writing
    await this.#account?.catch(() => undefined)
    await rm(this.#options.directory, { recursive: true, force: true })
  }

  /** Watches what a volume is made from, and brings changes to disk. */
  #follow(volume: Volume): void {
    const { loop, cluster, pod, secretDelayMs } = this.#options
    const namespace = pod.metadata.namespace ?? ''
    const name = volume.secret?.secretName ?? volume.configMap?.name
    if (name === undefined) return
    const selection = { namespace, fieldSelector: `metadata.name=${name}` }
    const source: Source =
      volume.secret === undefined
        ? loop.copy(cluster, kinds.ConfigMap, selection)
        : loop.copy(cluster, kinds.Secret, selection)
    this.#sources.set(volume.name, source)
    const bring = (): void => {
      if (this.#isStopped) return
      this.#writing = this.#writing
        .then(() => this.#write(volume))
        .catch((error: unknown) => loop.report(`volume ${volume.name}: ${String(error)}`))
      void this.#writing.then(() => this.#wakeAll())
    }
    source.onChange(() => {
      if (this.#written.has(volume.name) && secretDelayMs > 0) loop.clock.after(secretDelayMs, bring)
      else bring()
    })
    source.synced.then(bring, () => undefined)
  }

  #wakeAll(): void {
    for (const container of this.containers) container.wake()
  }

  /** A volume whose secret went keeps what it had, as the kubelet does. */
  async #write(volume: Volume): Promise<void> {
    const source = this.#sources.get(volume.name)
    const object = source?.all()[0]
    const files = volumeFiles(volume, object)
    if (files.is === 'missing') return
    const version = object?.metadata.resourceVersion ?? 'none'
    if (this.#isStopped || this.#written.get(volume.name) === version) return
    await writeVolume(this.#volumeDirectory(volume.name), files.files)
    this.#written.set(volume.name, version)
  }

  async #start(container: PodContainer): Promise<Start> {
    const { pod, images, loop, watchdog, directory, logDirectory } = this.#options
    const { namespace = '', name = '' } = pod.metadata
    const image = container.image ?? ''
    const program = images[image]
    if (program === undefined)
      return { is: 'waiting', reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` }
    const missing = (pod.spec?.volumes ?? []).find(
      (volume) => this.#sources.has(volume.name) && !this.#written.has(volume.name),
    )
    if (missing !== undefined)
      return {
        is: 'waiting',
        reason: 'ContainerCreating',
        message: `MountVolume.SetUp failed for volume "${missing.name}"`,
      }
    if (this.#hasToken) this.#account ??= this.#serviceAccount()
    try {
      await this.#account
    } catch (error) {
      this.#account = undefined
      throw error
    }
    const ports = new Map<number, number>()
    for (const port of portsOf(container)) ports.set(port, await freePort())
    const values = await this.#values(container)
    const command = containerCommand({
      pod,
      container,
      program,
      mounts: this.#mounts(container),
      ports,
      base: this.#environment(),
      valueOf: (source, object, key) => values.get(`${source} ${object} ${key}`),
    })
    if (command.is === 'missing')
      return { is: 'waiting', reason: 'CreateContainerConfigError', message: command.message }
    const cwd = join(directory, 'work')
    await mkdir(cwd, { recursive: true, mode: 0o700 })
    for (const volume of pod.spec?.volumes ?? []) {
      if (volume.emptyDir !== undefined)
        await mkdir(this.#volumeDirectory(volume.name), { recursive: true, mode: 0o700 })
    }
    if (this.#isStopped) return { is: 'waiting', reason: 'ContainerCreating' }
    const logFile = join(logDirectory, `${namespace}_${name}_${container.name}.log`)
    const { file, args, env } = command
    const process = startProcess({ file, args, env, cwd, logFile, watchdog, clock: loop.clock })
    return { is: 'started', process, ports }
  }

  get #hasToken(): boolean {
    return this.#options.pod.spec?.automountServiceAccountToken !== false
  }

  /** The token is renewed as long as the pod lives. */
  async #serviceAccount(): Promise<void> {
    const { cluster, pod, loop, directory } = this.#options
    const account = join(directory, 'serviceaccount')
    const refreshMs = await writeServiceAccount(cluster, pod, account)
    await writeKubeconfig(
      join(directory, 'kubeconfig'),
      cluster.access.server,
      account,
      pod.metadata.namespace ?? '',
    )
    if (this.#isStopped) return
    this.#cancelRefresh = loop.clock.after(refreshMs, () => {
      this.#account = this.#serviceAccount()
      this.#account.catch((error: unknown) => {
        loop.report(`service account of ${pod.metadata.name}: ${String(error)}`)
        this.#account = undefined
      })
    })
  }

  #mounts(container: Container): DiskMount[] {
    const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => ({
      mountPath,
      directory: join(this.#volumeDirectory(name), subPath ?? ''),
    }))
    const account = {
      mountPath: serviceAccountPath,
      directory: join(this.#options.directory, 'serviceaccount'),
    }
    return this.#hasToken ? [...mounts, account] : mounts
  }

  /** Nothing of the host's own environment but where programs are. */
  #environment(): Record<string, string> {
    const { cluster, directory, pod } = this.#options
    const { hostname, port } = new URL(cluster.access.server)
    return {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: join(directory, 'work'),
      TMPDIR: join(directory, 'work'),
      HOSTNAME: pod.metadata.name ?? '',
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port === '' ? '443' : port,
      ...(this.#hasToken ? { KUBECONFIG: join(directory, 'kubeconfig') } : {}),
    }
  }

  /** What variables take from Secrets and ConfigMaps, by `source name key`. */
  async #values({ env = [] }: Container): Promise<Map<string, string>> {
    const { cluster, pod } = this.#options
    const namespace = pod.metadata.namespace ?? ''
    const values = new Map<string, string>()
    for (const { valueFrom } of env) {
      const secret = recordAt(valueFrom, 'secretKeyRef')['name']
      const configMap = recordAt(valueFrom, 'configMapKeyRef')['name']
      if (typeof secret === 'string') {
        const found = await cluster.get(kinds.Secret, { namespace, name: secret })
        for (const [key, value] of Object.entries(found?.data ?? {})) {
          values.set(`secret ${secret} ${key}`, Buffer.from(value, 'base64').toString('utf8'))
        }
      }
      if (typeof configMap === 'string') {
        const found = await cluster.get(kinds.ConfigMap, { namespace, name: configMap })
        for (const [key, value] of Object.entries(found?.data ?? {}))
          values.set(`configMap ${configMap} ${key}`, value)
      }
    }
    return values
  }

  #volumeDirectory(volume: string): string {
    return join(this.#options.directory, 'volumes', volume)
  }
}
