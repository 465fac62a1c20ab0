import { contract, kinds, mirrorPeerCrd, type MirrorPeer } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { eventually, managedCluster, waitForCondition, type Cluster, type Snapshot } from '@odfmo/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { namespaceOf } from '../../generate/kustomize/overlays.ts'
import { hasKubectl, rendered } from '../../generate/test/kubectl.ts'
import { settled } from '../../generate/test/settled.ts'
import { mirrorPeer, quiet, readyMirrorPeer, untilStorageWorks } from '../acceptance-world.ts'
import { differencesSince } from '../differences-since.ts'
import { keptForAgents } from '../kept-for-agents.ts'
import { overlay, previousOverlay, startInstallWorld, type InstallWorld } from './install-world.ts'
import { exchangedOn, refOf, untilAgentsRun, untilBundled, untilRolledOut } from './installed.ts'
import { expectPoliciesAtWork, expectWebhookAtWork } from './refusals.ts'
import { imagesIn } from './shipped-images.ts'

const where = namespaceOf.vanilla
const spokeNames = ['cluster1', 'cluster2']
const finishesMs = 180_000

describe.skipIf(!hasKubectl)('deploy/overlays/vanilla (skipped without kubectl)', () => {
  let world: InstallWorld
  let clusters: readonly Cluster[]
  let before: readonly Snapshot[]

  beforeAll(async () => {
    const kustomizations = [previousOverlay('vanilla'), overlay('vanilla')]
    world = await startInstallWorld({ namespace: where, kustomizations, spokes: spokeNames })
    const { hub, spokes } = world
    clusters = [hub, ...spokes]
    await untilStorageWorks(spokes)
    for (const name of spokeNames)
      await waitForCondition(hub, managedCluster({ metadata: { name } }), 'ManagedClusterConditionAvailable')
    before = await Promise.all(clusters.map(settled))
  })
  afterAll(() => world?.stop())

  // Each goes on where the one before it ended.
  let hasFailed = false
  beforeEach(({ skip, onTestFailed }) => {
    skip(hasFailed, 'what comes before it has failed')
    onTestFailed(() => {
      hasFailed = true
    })
  })

  const agentImage = async (kustomization: string): Promise<string> =>
    imagesIn(await rendered(kustomization)).agent.join()

  /** Installed, exchanged, and quiet. */
  const install = async (kustomization: string): Promise<MirrorPeer> => {
    await world.apply(kustomization)
    await untilRolledOut(world.hub, where)
    await untilBundled(world.hub)
    await world.startRamen()
    const created = await world.kubectl(['create', '-f', '-'], mirrorPeer('mp', { manageS3: true }))
    expect(created.errors).toBe('')
    await eventually(clusters, () => readyMirrorPeer(world.hub, 'mp'), { timeoutMs: finishesMs })
    await quiet(clusters)
    return readyMirrorPeer(world.hub, 'mp')
  }
  const runs = async (args: readonly string[]): Promise<string> => {
    const { code, out, errors } = await world.kubectl(args)
    expect([code, errors], args.join(' ')).toEqual([0, ''])
    return out
  }
  /** What a kustomization has, as it is on the hub: names and uids. Fails where something is gone. */
  const liveOf = async (kustomization: string): Promise<readonly string[]> => {
    const { items } = JSON.parse(await runs(['get', '-o', 'json', '-k', kustomization])) as {
      readonly items: readonly KubeObject[]
    }
    return items.map(
      ({ kind, metadata: { namespace = '', name, uid } }) => `${kind} ${namespace}/${name} ${uid}`,
    )
  }
  const uidOfDefinition = async (): Promise<string | undefined> => {
    const key = { name: mirrorPeerCrd.metadata.name ?? '' }
    return (await world.hub.get(refOf(kinds.CustomResourceDefinition), key))?.metadata.uid
  }
  /** What deploy/README.md says, but for the MirrorPeers. */
  const uninstall = async (...flags: readonly string[]): Promise<void> => {
    await runs(['delete', '--ignore-not-found', '--timeout=60s', ...flags, '-k', overlay('vanilla')])
    await runs(['delete', 'clustermanagementaddon', contract.addon.name])
  }
  const nothingIsLeft = async (): Promise<void> => {
    await eventually(clusters, async () => expect(await differencesSince(before, clusters)).toEqual([]), {
      timeoutMs: finishesMs,
    })
    await eventually(clusters, async () => expect(await keptForAgents(world.spokes)).toEqual([]), {
      timeoutMs: finishesMs,
    })
    await expect.poll(() => world.node.pids()).toEqual([])
  }

  it('the version before exchanges; this one, applied over it, rolls the services and writes nothing of the exchange again', async () => {
    const old = await install(previousOverlay('vanilla'))
    await untilAgentsRun(world.spokes, await agentImage(previousOverlay('vanilla')))
    const exchanged = await exchangedOn(clusters)
    const installed = await liveOf(previousOverlay('vanilla'))
    const pids = world.node.pids().map(({ pid }) => pid)
    expect(pids).toHaveLength(4)

    await world.apply(overlay('vanilla'))
    await untilRolledOut(world.hub, where)
    await untilAgentsRun(world.spokes, await agentImage(overlay('vanilla')))
    await quiet(clusters)
    // Those of before have their time to end.
    await expect.poll(() => world.node.pids()).toHaveLength(4)
    const rolled = world.node.pids().map(({ pid }) => pid)
    expect(rolled.filter((pid) => pids.includes(pid))).toEqual([])
    expect(await exchangedOn(clusters)).toEqual(exchanged)
    expect(await liveOf(previousOverlay('vanilla')), 'nothing was made anew').toEqual(installed)
    const { metadata, spec, status } = await readyMirrorPeer(world.hub, 'mp')
    expect({ uid: metadata.uid, generation: metadata.generation, finalizers: metadata.finalizers }).toEqual({
      uid: old.metadata.uid,
      generation: old.metadata.generation,
      finalizers: old.metadata.finalizers,
    })
    expect({ spec, status }).toEqual({ spec: old.spec, status: old.status })
  }, 600_000)

  it('a MirrorPeer that was stored under the definition before is changed under this one, by its rules', async () => {
    const { metadata } = await readyMirrorPeer(world.hub, 'mp')
    await runs(['patch', 'mirrorpeer', 'mp', '--type=merge', '-p', '{"spec":{"schedulingIntervals":["1h"]}}'])
    await eventually(
      clusters,
      async () => {
        const { status, spec } = await readyMirrorPeer(world.hub, 'mp')
        expect(spec.schedulingIntervals).toEqual(['1h'])
        expect(status?.observedGeneration).toBeGreaterThan(metadata.generation ?? 0)
      },
      { timeoutMs: finishesMs },
    )
    const type = '{"spec":{"type":"sync"}}'
    const { code, errors } = await world.kubectl(['patch', 'mirrorpeer', 'mp', '--type=merge', '-p', type])
    expect(code).not.toBe(0)
    expect(errors).toContain('type cannot be changed; delete the MirrorPeer and create another')
    await quiet(clusters)
  }, 600_000)

  it('the webhook and the policies refuse, and kubectl shows how far a MirrorPeer is', async () => {
    await expectWebhookAtWork(world)
    await expectPoliciesAtWork(world, 'mp')
    expect(
      (await runs(['get', 'mirrorpeers'])).split('\n').map((line) => line.split(/\s{2,}/)),
    ).toMatchObject([
      ['NAME', 'TYPE', 'CLUSTER', 'PEER', 'PHASE', 'READY', 'AGE'],
      ['mp', 'async', 'cluster1', 'cluster2', 'ExchangedSecret', 'True', expect.any(String)],
      [''],
    ])
  })

  it('uninstalled as the documentation says, nothing is left', async () => {
    await runs(['delete', 'mirrorpeers', '--all', '--timeout=60s'])
    await uninstall()
    await nothingIsLeft()
  }, 600_000)

  it('uninstalled with a MirrorPeer, that waits for its hub, and says so; installed again, it goes, and nothing is left', async () => {
    const { hub, node } = world
    await install(overlay('vanilla'))
    await uninstall('--wait=false')
    await eventually(
      clusters,
      async () => {
        const { metadata } = (await hub.get(refOf(kinds.MirrorPeer), { name: 'mp' })) ?? {}
        expect(metadata, 'the agents have done their part').toMatchObject({
          deletionTimestamp: expect.any(String),
          finalizers: [contract.finalizer.hub],
        })
        expect(await hub.get(refOf(kinds.Namespace), { name: where })).toBeUndefined()
        expect(node.pids()).toEqual([])
      },
      { timeoutMs: finishesMs },
    )
    await waitForCondition(hub, mirrorPeerCrd, 'Terminating')
    const going = await uidOfDefinition()
    expect(going).toBeDefined()

    await world.apply(overlay('vanilla'))
    await eventually(clusters, async () => expect(await uidOfDefinition()).not.toBe(going), {
      timeoutMs: finishesMs,
    })
    await uninstall()
    await nothingIsLeft()
  }, 600_000)
})
