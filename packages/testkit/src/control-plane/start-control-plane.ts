import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkSources, checkSwitch } from '../check-cluster-options.ts'
import { checkFields, refuseOption } from '../check-option.ts'
import { systemClock } from '../clock/clock.ts'
import { ClusterEnd } from '../cluster-end.ts'
import type { UserIdentity } from '../cluster.ts'
import { Journal } from '../journal.ts'
import { kubeconfigText } from '../kubeconfig.ts'
import { remoteAccess } from '../remote/remote-access.ts'
import { auditLog } from './audit-log.ts'
import { minorVersionOf } from './minor-version.ts'
import { findBinaries } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { ChangeSignal } from './change-signal.ts'
import { ClusterFiles } from './cluster-files.ts'
import type { ControlPlane, ControlPlaneCluster, ControlPlaneOptions } from './control-plane.ts'
import { startEtcd } from './etcd.ts'
import type { Etcd } from './etcd.ts'
import { inTime } from './in-time.ts'
import { JournalMarks } from './journal-marks.ts'
import { namingTheDead } from './naming-the-dead.ts'
import { controllerManagerUser, ownUserAgent, startClusterProcesses } from './start-cluster-processes.ts'

const defaultStartTimeoutMs = 120_000
const writingVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

interface ClusterWish {
  readonly name: string
  readonly binaries: Binaries
  readonly minorVersion: number
  readonly etcd: Etcd
  readonly folder: string
  readonly controllers: boolean
  readonly signal: AbortSignal
}

const startOne = async (wish: ClusterWish): Promise<ControlPlaneCluster> => {
  const { name, binaries, minorVersion, etcd, folder, controllers, signal } = wish
  const files = new ClusterFiles(name, join(folder, name))
  const marks = new JournalMarks()
  const end = new ClusterEnd(name)
  const requests = new Journal({
    catchUp: () => marks.pass(processes.client),
    cluster: { name, onStop: end.onStop },
  })
  const changes = new ChangeSignal(systemClock)
  const processes = await startClusterProcesses({
    name,
    binaries,
    minorVersion,
    files,
    etcdPort: etcd.port,
    controllers,
    signal,
    onAuditLine: auditLog({
      journal: requests,
      isOwn: ({ user, userAgent }) =>
        user === 'system:apiserver' || user === controllerManagerUser || userAgent === ownUserAgent,
      onRequest(record) {
        const { verb, status, userAgent } = record
        if (userAgent === ownUserAgent) marks.see(record)
        if (writingVerbs.has(verb) && status >= 200 && status < 300) changes.now()
        else if (userAgent !== ownUserAgent) changes.later()
      },
    }),
  })
  const { url, client } = processes
  const { stopFollowing, ...remote } = remoteAccess({
    name,
    client,
    onChange: (listener) => changes.subscribe(listener),
    end,
  })
  const access = namingTheDead(remote, async () => (await processes.death()) ?? etcd.process.death)
  const stop = (): Promise<void> =>
    end.stop(async () => {
      stopFollowing()
      await processes.stop()
    })
  return {
    provider: 'control-plane',
    name,
    url,
    ca: files.ca,
    requests,
    ...access,
    credentials(identity) {
      const { certificate, key } = files.identity(identity)
      return { ca: files.ca, cert: certificate, key }
    },
    kubeconfig: (identity: UserIdentity = {}) =>
      kubeconfigText({
        cluster: name,
        url,
        ca: files.ca,
        user: identity.user ?? 'admin',
        ...files.identity(identity),
      }),
    compact: () => etcd.compact(),
    onStop: end.onStop,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const namePattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/

/** They become names of folders and of parts of etcd. */
const checkNames = (names: readonly string[]): void => {
  for (const [at, name] of names.entries()) {
    if (typeof name !== 'string' || !namePattern.test(name))
      throw new TypeError(
        `clusters: expected names of lower case letters, digits and -, got ${JSON.stringify(name)}`,
      )
    if (names.indexOf(name) < at) throw new TypeError(`clusters: ${name} is there twice`)
  }
}

const checkOptions = (options: ControlPlaneOptions): void => {
  const where = 'startControlPlane'
  checkFields(where, options, ['clusters', 'crds', 'controllers', 'startTimeoutMs'])
  const { clusters, crds, controllers, startTimeoutMs } = options
  if (!Array.isArray(clusters)) refuseOption(`${where}: clusters`, 'a list of names', clusters)
  for (const [at, cluster] of clusters.entries()) {
    if (typeof cluster === 'string') continue
    checkFields(`${where}: clusters[${at}]`, cluster, ['name', 'crds'])
    checkSources(`${where}: clusters[${at}].crds`, cluster.crds)
  }
  checkSources(`${where}: crds`, crds)
  checkSwitch(`${where}: controllers`, controllers)
  if (startTimeoutMs !== undefined && !(typeof startTimeoutMs === 'number' && startTimeoutMs > 0))
    refuseOption(`${where}: startTimeoutMs`, 'a number of milliseconds above 0', startTimeoutMs)
}

/** All of them, or none: what has been started is stopped when one fails. */
const allOrNone = async (starts: readonly Promise<ControlPlaneCluster>[]): Promise<ControlPlaneCluster[]> => {
  const results = await Promise.allSettled(starts)
  const clusters = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return clusters
  await Promise.allSettled(clusters.map((cluster) => cluster.stop()))
  throw failed.reason
}

/**
 * Starts a real control plane: one etcd, and for each cluster a kube-apiserver and, unless switched off, a
 * kube-controller-manager, as child processes on 127.0.0.1 that end with this process whatever becomes of it.
 * Throws TypeError for options and names that no cluster can have, and ControlPlaneError: binaries missing, a child that ended by
 * itself, not ready in time.
 */
export const startControlPlane = async (options: ControlPlaneOptions): Promise<ControlPlane> => {
  checkOptions(options)
  const controllers = options.controllers ?? true
  const wishes = options.clusters.map((cluster) =>
    typeof cluster === 'string' ? { name: cluster } : cluster,
  )
  checkNames(wishes.map(({ name }) => name))
  const binaries = findBinaries(controllers)
  const folder = join(tmpdir(), `odfmo-control-plane-${randomUUID()}`)
  const late = new AbortController()
  const cancel = systemClock.after(options.startTimeoutMs ?? defaultStartTimeoutMs, () => late.abort())
  let etcd: Etcd | undefined
  const stop = async (clusters: readonly ControlPlaneCluster[]): Promise<void> => {
    const stopped = await Promise.allSettled(clusters.map((cluster) => cluster.stop()))
    await etcd?.process.stop()
    rmSync(folder, { recursive: true, force: true })
    if (etcd?.process.death !== undefined) throw etcd.process.death
    for (const result of stopped) if (result.status === 'rejected') throw result.reason
  }
  try {
    const version = minorVersionOf(binaries.kubeApiserver)
    version.catch(() => undefined) // awaited below, if etcd starts
    const store = await startEtcd(binaries.etcd, folder, late.signal)
    etcd = store
    const minorVersion = await version
    const clusters = await allOrNone(
      wishes.map(async ({ name, crds = [] }) => {
        const cluster = await startOne({
          name,
          binaries,
          minorVersion,
          etcd: store,
          folder,
          controllers,
          signal: late.signal,
        })
        try {
          await inTime(cluster.installCrds([...(options.crds ?? []), ...crds]), late.signal, name)
        } catch (error) {
          await cluster.stop()
          throw error
        }
        return cluster
      }),
    )
    return {
      clusters,
      cluster(name) {
        const cluster = clusters.find((one) => one.name === name)
        if (cluster === undefined) throw new Error(`there is no cluster ${name} in this control plane`)
        return cluster
      },
      stop: () => stop(clusters),
      [Symbol.asyncDispose]: () => stop(clusters),
    }
  } catch (error) {
    await stop([]).catch(() => undefined) // what went wrong first says more
    throw error
  } finally {
    cancel()
  }
}
