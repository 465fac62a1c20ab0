import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract } from '@odfmo/api-types'
import { sameState, startTestCluster, type Cluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { overlay } from '../../acceptance/install/install-world.ts'
import { routedOverlay } from '../../acceptance/install/routed-overlay.ts'
import { startServiceFront, type ServiceFront } from '../../acceptance/install/service-front.ts'
import { namespaceOf } from '../../generate/kustomize/overlays.ts'
import { components } from '../../generate/names.ts'
import { hasKubectl, kubectl } from '../../generate/test/kubectl.ts'
import { settled } from '../../generate/test/settled.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { create, firstMirrorPeer, untilReady } from './mirror-peer.ts'
import { parts } from './parts.ts'
import { runScenarios } from './run-scenarios.ts'
import { scenarios } from './scenarios.ts'
import { startFleet } from './start-fleet.ts'

const names = ['hub', 'cluster1', 'cluster2']
const isInMemory = (cluster: Cluster): cluster is InMemoryCluster => cluster.provider === 'memory'
const minutes = (count: number): number => count * 60_000

interface Lists {
  readonly clusters: readonly { readonly name: string }[]
  readonly users: readonly { readonly name: string }[]
  readonly contexts: readonly { readonly name: string; readonly context: object }[]
}

/** One file with a context for each cluster, as people have it. */
const kubeconfigOf = (clusters: readonly Cluster[]): string => {
  const all = clusters.map((cluster) => parse(cluster.kubeconfig()) as Lists)
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: all.flatMap((one, n) => one.clusters.map((entry) => ({ ...entry, name: names[n] }))),
    users: all.flatMap((one, n) => one.users.map((entry) => ({ ...entry, name: `admin-${names[n]}` }))),
    contexts: names.map((name) => ({
      name: `lab-${name}`,
      context: { cluster: name, user: `admin-${name}` },
    })),
  })
}

describe.skipIf(!hasKubectl)('the scenarios, on clusters that exist (skipped without kubectl)', () => {
  let folder: string
  let clusters: readonly Cluster[]
  let front: ServiceFront
  let fleet: Fleet | undefined
  const ending = new AbortController()
  const said: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'odfmo-kind-'))
    clusters = await Promise.all(names.map((name) => startTestCluster({ name })))
    writeFileSync(path.join(folder, 'config'), kubeconfigOf(clusters), { mode: 0o600 })
    front = await startServiceFront({ deployment: components.webhook, containerPort: contract.webhook.port })
  }, minutes(4))
  afterAll(async () => {
    await fleet?.stop()
    await front.stop()
    await Promise.all(clusters.map((cluster) => cluster.stop()))
    rmSync(folder, { recursive: true, force: true })
  }, minutes(4))

  const apply = async (kustomization: string): Promise<void> => {
    const { code, errors } = await kubectl(['--context=lab-hub', 'apply', '-k', kustomization], folder)
    expect([code, errors], kustomization).toEqual([0, ''])
  }
  /** As docs/install.md says, and with the way to the webhook that a cluster without a network lacks. */
  const install = async (): Promise<void> => {
    const [hub] = clusters
    const namespace = namespaceOf.vanilla
    if (hub !== undefined && isInMemory(hub)) {
      hub.routeService({ namespace, name: components.webhook }, `https://127.0.0.1:${front.port}`)
      await apply(overlay('vanilla'))
    } else {
      await apply(routedOverlay(overlay('vanilla'), front.port, folder))
    }
  }
  const options = (): FleetOptions => ({
    kubeconfig: path.join(folder, 'config'),
    contexts: Object.fromEntries(names.map((name) => [name, `lab-${name}`])),
    parts,
    namespace: namespaceOf.vanilla,
    timeoutMs: minutes(4),
    signal: ending.signal,
    log: (line) => said.push(line),
    note: () => undefined,
    onContainer: (event) => front.hear(event),
  })

  it(
    'come out as they should on an installed odfmo, with everything else played, and leave what was there before',
    async () => {
      await install()
      const before = await Promise.all(clusters.map(settled))
      fleet = await startFleet(options())
      const results = await runScenarios(scenarios, fleet, { parts })
      expect(results.map(({ name, outcome, why = '' }) => `${name}: ${outcome} ${why}`)).toEqual(
        scenarios.map(({ name }) => `${name}: passed `),
      )
      // Ended in the middle of something: the agents clean up all the same.
      await create(fleet, firstMirrorPeer(fleet))
      await untilReady(fleet, firstMirrorPeer(fleet))
      ending.abort(new Error('ended by SIGINT'))
      await fleet.stop()
      fleet = undefined
      expect(said).toEqual([])
      const after = await Promise.all(clusters.map(async (cluster) => cluster.snapshot()))
      // What an object says differs: nobody runs the services any more.
      const cameOrWent = before.flatMap((was, n) => {
        const is = after[n]
        if (is === undefined) throw new Error('a cluster is missing')
        return sameState(was, is).flatMap(({ object, path: where }) => (where === '' ? [object] : []))
      })
      expect(cameOrWent).toEqual([])
    },
    minutes(20),
  )
})
