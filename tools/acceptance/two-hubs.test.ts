import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract, kinds, mirrorPeerCrd, type Lease, type MirrorPeer } from '@odfmo/api-types'
import { apiVersionOf, type Kind } from '@odfmo/api-types/meta'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  eventually,
  hubCrds,
  managedCluster,
  namespace,
  sameState,
  startFaultProxy,
  startTestCluster,
  type Cluster,
  type FaultProxy,
  type RequestRecord,
} from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { shippedRights } from '../demo/world/hub-controller.ts'
import { agentImage, hubNamespace } from '../demo/world/names.ts'
import { mirrorPeer } from './acceptance-world.ts'

const program = path.join(root, 'packages/hub-controller/dist/main.js')
const tether = path.join(root, 'tools/demo/world/tether.mjs')
const slow = { timeoutMs: 120_000 }
const refOf = (kind: Kind): { readonly apiVersion: string; readonly kind: string } => ({
  apiVersion: apiVersionOf(kind),
  kind: kind.kind,
})

/** A hub controller as a process, behind a proxy of its own, so that its requests are known. */
interface HubProcess {
  readonly child: ChildProcess
  readonly proxy: FaultProxy
  /** Its exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** Changes; leases aside, and Events: one that was on its way when its process was stopped tells what was so. */
  writes(): readonly RequestRecord[]
}

let folder: string
let cluster: Cluster
let admin: KubeClient
const processes: HubProcess[] = []

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'odfmo-two-hubs-'))
  cluster = await startTestCluster({ name: 'hub', crds: [mirrorPeerCrd, ...hubCrds] })
  await cluster.apply(
    ...[hubNamespace, 'cluster1', 'cluster2'].map((name) => namespace(name)),
    ...shippedRights().objects,
    ...['cluster1', 'cluster2'].map((name) => managedCluster({ metadata: { name } })),
  )
  const kubeconfig = path.join(folder, 'admin.kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 })
  const credentials = await Credentials.load({ kubeconfig })
  admin = new KubeClient({ cluster: 'hub', component: 'test', version: '0.0.0', credentials })
})
afterEach(async () => {
  for (const { child } of processes) child.kill('SIGKILL')
  await Promise.all(processes.splice(0).map(async ({ ended, proxy }) => ended.then(() => proxy.stop())))
  await admin.close()
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

const startHub = async (name: string): Promise<HubProcess> => {
  const proxy = await startFaultProxy(cluster)
  const kubeconfig = path.join(folder, `${name}.kubeconfig`)
  writeFileSync(kubeconfig, proxy.kubeconfig(shippedRights().identity), { mode: 0o600 })
  // By the machine's clock: long enough that no process is without its turn for so long.
  const timings = ['lease-duration=20s', 'renew-deadline=15s', 'retry-period=500ms']
  const flags = ['--metrics-bind-address=0', '--health-probe-bind-address=0', '--leader-elect']
  const args = ['--import', tether, program, `--kubeconfig=${kubeconfig}`, ...flags]
  const child = spawn(process.execPath, [...args, ...timings.map((timing) => `--leader-elect-${timing}`)], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], POD_NAMESPACE: hubNamespace, TOKEN_EXCHANGE_IMAGE: agentImage },
  })
  const hub: HubProcess = {
    child,
    proxy,
    ended: new Promise((resolve) => child.once('close', resolve)),
    writes: () => proxy.requests.writes().filter(({ resource }) => !/^(leases|events)\./.test(resource)),
  }
  processes.push(hub)
  return hub
}

const holder = async (): Promise<string | undefined> => {
  const key = { namespace: hubNamespace, name: contract.hubLease }
  return ((await cluster.get(refOf(kinds.Lease), key)) as Lease | undefined)?.spec?.holderIdentity
}
const passedOn = (from: string | undefined): Promise<void> =>
  eventually(
    cluster,
    async () => {
      const now = await holder()
      expect(now).toBeTruthy()
      expect(now).not.toBe(from)
    },
    slow,
  )
const untilFollowing = (hub: HubProcess): Promise<unknown> =>
  hub.proxy.requests.wait({ verb: 'get', resource: 'leases.coordination.k8s.io' }, slow)
const peers = (): Promise<readonly MirrorPeer[]> =>
  Promise.resolve(cluster.list(refOf(kinds.MirrorPeer))) as unknown as Promise<readonly MirrorPeer[]>

/** In the moment of the answer to a write of this sort. */
const onWrite = (hub: HubProcess, verb: string, then: () => void): Promise<void> =>
  new Promise((resolve) => {
    const end = hub.proxy.requests.subscribe((record) => {
      if (record.verb !== verb || record.status >= 300 || /^(leases|events)\./.test(record.resource)) return
      end()
      then()
      resolve()
    })
  })

const expectOneAtATime = (first: HubProcess, second: HubProcess): void => {
  const [begun] = second.writes()
  expect(begun).toBeDefined()
  const late = first
    .writes()
    .filter(({ at, durationMs, status }) => status !== 0 && at + durationMs > (begun?.at ?? 0))
  expect(late).toEqual([])
}

it('two hub processes: one stopped by SIGSTOP in the middle writes nothing when it wakes, one killed in a deletion is followed', async () => {
  const first = await startHub('first')
  await passedOn(undefined)
  const leader = await holder()
  const second = await startHub('second')
  await untilFollowing(second)
  await eventually(
    cluster,
    async () => expect(await cluster.list(refOf(kinds.ClusterManagementAddOn))).toHaveLength(1),
    slow,
  )
  const before = await cluster.snapshot()

  const asleep = onWrite(first, 'create', () => first.child.kill('SIGSTOP'))
  await cluster.apply(mirrorPeer('mp'))
  await asleep
  await passedOn(leader)
  await eventually(
    cluster,
    async () => expect(await cluster.list(refOf(kinds.RoleBinding), 'cluster2')).toHaveLength(1),
    slow,
  )
  const written = first.writes().length
  first.child.kill('SIGCONT')
  expect(await first.ended).toBe(1)
  expect(first.writes().slice(written)).toEqual([])
  expectOneAtATime(first, second)

  const third = await startHub('third')
  await untilFollowing(third)
  const next = await holder()
  const killed = onWrite(second, 'delete', () => second.child.kill('SIGKILL'))
  await admin.delete(kinds.MirrorPeer, { name: 'mp' })
  await killed
  expect(await peers()).toHaveLength(1)
  await passedOn(next)
  await eventually(cluster, async () => expect(await peers()).toEqual([]), slow)
  await eventually(
    cluster,
    async () => {
      const left = sameState(before, await cluster.snapshot()).map(({ object }) => object)
      expect(left.filter((object) => !/^(leases|events)\./.test(object))).toEqual([])
    },
    slow,
  )
  expectOneAtATime(second, third)
}, 600_000)
