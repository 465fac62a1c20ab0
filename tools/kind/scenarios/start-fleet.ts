import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { kinds } from '@odfmo/api-types'
import { isNotFound } from '@odfmo/controller-kit'
import { eventually, useExisting, type Cluster } from '@odfmo/testkit'
import { InputError } from '../../demo/input/problem.ts'
import { Claim } from '../../demo/world/existing/claim.ts'
import { observe, type Observer } from '../../demo/world/observer.ts'
import { clusterCalls } from '../../demo/world/serve-calls.ts'
import type { Fleet, FleetOptions } from './fleet.ts'
import { objections } from './objections.ts'
import { definitionsFor } from './parts.ts'
import { play } from './play.ts'
import { convergedRef, externalRef } from './storage-refs.ts'
import { untilOdfmoWorks } from './until-odfmo-works.ts'

/**
 * Connects, refuses clusters on which something would be spoilt, plays what is to be played, and waits until odfmo works
 * there. Throws InputError before anything is changed when something speaks against it.
 */
export const startFleet = async (options: FleetOptions): Promise<Fleet> => {
  const { contexts, kubeconfig } = options
  const ends: (() => Promise<void> | void)[] = []
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end()
  }
  try {
    const existing = await useExisting({ kubeconfig, contexts })
    ends.push(() => existing.stop())
    const hub = existing.cluster('hub')
    const spokes = existing.clusters.filter(({ name }) => name !== 'hub')
    const clusters = [hub, ...spokes]
    await refuse(clusters, options)
    const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-scenarios-'))
    ends.push(() => rmSync(folder, { recursive: true, force: true }))
    const claims = await claim(clusters, options, ends)
    const played = await play({ ...options, log: options.note, hub, spokes, folder, storageClusters })
    ends.push(() => played.stop())
    const observer = await observeAll(clusters, folder)
    ends.push(() => observer.stop())
    ends.push(() => withoutMirrorPeers(observer, hub, options.log))
    const fleet: Fleet = {
      ...options,
      hub,
      spokes,
      observer,
      storages: played.storages,
      calls: clusters.map((cluster, n) => ({
        name: cluster.name,
        ...clusterCalls({ cluster, claim: claims[n] }, () => Promise.resolve()),
      })),
      until: (check) => untilHolds(clusters, check, options),
      stop,
    }
    await untilOdfmoWorks(fleet)
    return fleet
  } catch (error) {
    await stop()
    throw error
  }
}

/** For the clean-up of MirrorPeers at the end; what is left then is taken away by force. */
const goodbyeMs = 60_000

const storageClusters = [
  { ref: convergedRef, isExternal: false },
  { ref: externalRef, isExternal: true },
]

async function refuse(clusters: readonly Cluster[], { parts, contexts }: FleetOptions): Promise<void> {
  const problems = await Promise.all(
    clusters.map(async (cluster) => {
      const found = { name: cluster.name, snapshot: await cluster.snapshot() }
      const where = `context ${contexts[cluster.name] ?? ''}`
      return objections(found, parts).map((what) => ({ where, what }))
    }),
  )
  if (problems.flat().length > 0) throw new InputError(problems.flat())
}

/** From here on it is known what was there before; it goes in the end, whatever happens. */
async function claim(
  clusters: readonly Cluster[],
  { parts, log }: FleetOptions,
  ends: (() => Promise<void> | void)[],
): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  for (const cluster of clusters) {
    const claimed = await Claim.of(cluster, definitionsFor(cluster.name === 'hub' ? 'hub' : 'spoke', parts))
    claims.push(claimed)
    ends.push(async () => {
      const left = await claimed.cleanUp()
      if (left.length > 0) log(`on ${cluster.name} this could not be removed: ${left.join(', ')}`)
    })
    await claimed.prepare()
  }
  return claims
}

/** Until it is stopped, and so after the fleet's signal too: cleaning up is seen to end. */
function observeAll(clusters: readonly Cluster[], folder: string): Promise<Observer> {
  const files = clusters.map((cluster) => {
    const file = path.join(folder, `${cluster.name}.kubeconfig`)
    writeFileSync(file, cluster.kubeconfig(), { mode: 0o600 })
    return [cluster.name, file] as const
  })
  return observe(new Map(files), new AbortController().signal)
}

async function untilHolds<T>(
  clusters: readonly Cluster[],
  check: () => T | Promise<T>,
  { timeoutMs, signal }: Pick<FleetOptions, 'timeoutMs' | 'signal'>,
): Promise<T> {
  let abort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    signal.throwIfAborted()
    return await Promise.race([eventually(clusters, async () => check(), { timeoutMs }), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Deletes what a scenario has left, while somebody is there who cleans up after it. */
async function withoutMirrorPeers(
  observer: Observer,
  hub: Cluster,
  log: (line: string) => void,
): Promise<void> {
  const left = observer.seen.list('hub', 'mirrorpeers')
  if (left.length === 0) return
  const admin = observer.client('hub')
  for (const { metadata } of left) {
    await admin.delete(kinds.MirrorPeer, { name: metadata.name ?? '' }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
  const gone = (): boolean => observer.seen.list('hub', 'mirrorpeers').length === 0
  await eventually(hub, gone, { timeoutMs: goodbyeMs }).catch(() =>
    log(
      `the hub still has ${left.map(({ metadata }) => metadata.name).join(', ')} after ${goodbyeMs / 1000} s`,
    ),
  )
}
