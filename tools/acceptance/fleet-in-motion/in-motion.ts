import { kinds, type MirrorPeer, type StorageCluster } from '@odfmo/api-types'
import { journalOf, type Cluster, type ClusterEvent, type RequestRecord, type Snapshot } from '@odfmo/testkit'
import { expect } from 'vitest'
import { isServiceWrite, quiet } from '../acceptance-world.ts'
import { refOf, settled } from './exchange.ts'
import type { FleetWorld } from './fleet-world.ts'

/** What must not happen to a fleet that is exchanging while its services change. */
export interface Motion {
  /**
   * Throws unless since the beginning no MirrorPeer has left its phase, no StorageCluster has been without mirroring or one of its
   * peers, nobody has asked for a certificate, and no object has been made anew or gone but those named (`hub: TABLE NAME`).
   */
  expectUndisturbed(gone?: readonly string[]): Promise<void>
  /**
   * Resolves when what our services have written since the beginning is this, each sort of write once
   * (`hub: patch secrets ns/name`); throws when anything comes besides.
   */
  untilWritten(expected: readonly string[], isLeftOut?: (write: string) => boolean): Promise<void>
  end(): void
}

/** Begins to look; the fleet is settled and quiet. */
export const watchMotion = async (world: FleetWorld): Promise<Motion> => {
  const { hub, spokes, clusters } = world
  const seen: string[] = []
  const note = (event: ClusterEvent, problem: (event: ClusterEvent) => string | undefined): void => {
    const found = problem(event)
    if (found !== undefined) seen.push(found)
  }
  const phases = new Map(
    ((await hub.list(refOf(kinds.MirrorPeer))) as unknown as MirrorPeer[]).map(({ metadata, status }) => [
      metadata.uid,
      status?.phase,
    ]),
  )
  const ends = await Promise.all([
    hub.on(refOf(kinds.MirrorPeer), (event) => note(event, (now) => changedPhase(now, phases))),
    hub.on(refOf(kinds.CertificateSigningRequest), (event) =>
      note(event, ({ type, object }) =>
        type === 'ADDED' ? `a certificate was asked for: ${object.metadata.name}` : undefined,
      ),
    ),
    ...spokes.map(async ({ cluster }) => {
      const peers = await peersBefore(cluster)
      return cluster.on(refOf(kinds.StorageCluster), (event) =>
        note(event, ({ object }) => lessMirrored(cluster, object as StorageCluster, peers)),
      )
    }),
  ])
  const before = await snapshots(clusters)
  const journals = await Promise.all(clusters.map(journalOf))
  const marks = journals.map((journal) => journal.all().length)
  const writes = async (): Promise<readonly string[]> => {
    const now = await Promise.all(clusters.map(journalOf))
    const texts = now.flatMap((journal, n) =>
      journal
        .all()
        .slice(marks[n] ?? 0)
        .filter(isServiceWrite)
        .map((record) => `${clusters[n]?.name}: ${textOf(record)}`),
    )
    return [...new Set(texts)].toSorted()
  }
  return {
    async expectUndisturbed(gone = []) {
      expect(seen).toEqual([])
      const changes = changedIdentities(before, await snapshots(clusters), clusters)
      expect(changes.toSorted()).toEqual(gone.toSorted())
    },
    async untilWritten(expected, isLeftOut = () => false) {
      const check = async (): Promise<void> => {
        const written = (await writes()).filter((write) => !isLeftOut(write))
        expect(written).toEqual(expected.toSorted())
      }
      await settled(world, check)
      await quiet(clusters)
      await check()
    },
    end: () => ends.forEach((end) => end()),
  }
}

const textOf = ({ verb, resource, namespace, name }: RequestRecord): string =>
  `${verb} ${resource} ${namespace === '' ? name : `${namespace}/${name}`}`

const changedPhase = (
  { type, object }: ClusterEvent,
  phases: ReadonlyMap<string | undefined, string | undefined>,
): string | undefined => {
  const { metadata, status } = object as unknown as MirrorPeer
  const was = phases.get(metadata.uid)
  if (was === undefined || (type === 'MODIFIED' && status?.phase === was)) return undefined
  return `MirrorPeer ${metadata.name}: ${type}, ${status?.phase ?? 'no phase'} after ${was}`
}

const peersBefore = async (cluster: Cluster): Promise<ReadonlyMap<string | undefined, readonly string[]>> =>
  new Map(
    ((await cluster.list(refOf(kinds.StorageCluster))) as StorageCluster[]).map(({ metadata, spec }) => [
      metadata.uid,
      spec?.mirroring?.peerSecretNames ?? [],
    ]),
  )

const lessMirrored = (
  { name }: Cluster,
  { metadata, spec }: StorageCluster,
  peers: ReadonlyMap<string | undefined, readonly string[]>,
): string | undefined => {
  const { enabled, peerSecretNames = [] } = spec?.mirroring ?? {}
  const wanted = peers.get(metadata.uid) ?? []
  return enabled === true && wanted.every((one) => peerSecretNames.includes(one))
    ? undefined
    : `${name}: mirroring of ${metadata.name} is ${JSON.stringify(spec?.mirroring ?? 'off')}`
}

const snapshots = (clusters: readonly Cluster[]): Promise<readonly Snapshot[]> =>
  Promise.all(clusters.map(async (cluster) => cluster.snapshot()))

/** Processes come and go, and what they or the servers note of themselves. */
const ofProcesses = new Set(['/pods', '/events', 'events.k8s.io/events', 'coordination.k8s.io/leases'])

const identitiesOf = ({ tables }: Snapshot, cluster: string): ReadonlyMap<string, string | undefined> =>
  new Map(
    Object.entries(tables)
      .filter(([table]) => !ofProcesses.has(table))
      .flatMap(([table, objects]) =>
        objects.map(({ metadata: { namespace = '', name, uid } }): [string, string | undefined] => [
          `${cluster}: ${table} ${namespace === '' ? name : `${namespace}/${name}`}`,
          uid,
        ]),
      ),
  )

/** What was there and is not there now, or is another one. */
const changedIdentities = (
  before: readonly Snapshot[],
  after: readonly Snapshot[],
  clusters: readonly Cluster[],
): readonly string[] =>
  clusters.flatMap(({ name }, n) => {
    const [was, is] = [before[n], after[n]]
    if (was === undefined || is === undefined) throw new Error(`there is no snapshot of ${name}`)
    const now = identitiesOf(is, name)
    return [...identitiesOf(was, name)].flatMap(([object, uid]) => (now.get(object) === uid ? [] : [object]))
  })

/**
 * What the servers have refused to clients of this name since now: conflicts and what is not there aside. The answer throws
 * where such clients have asked nothing.
 */
export const refusalsSince = async (
  { clusters }: FleetWorld,
  userAgent: string,
): Promise<() => Promise<readonly string[]>> => {
  const journals = await Promise.all(clusters.map(journalOf))
  const marks = journals.map((journal) => journal.all().length)
  return async () => {
    const now = await Promise.all(clusters.map(journalOf))
    const asked = now.map((journal, n) =>
      journal
        .all()
        .slice(marks[n] ?? 0)
        .filter((record) => record.userAgent.startsWith(userAgent)),
    )
    for (const [n, records] of asked.entries())
      expect(records.length, `${userAgent} on ${clusters[n]?.name}`).toBeGreaterThan(0)
    return asked.flatMap((records, n) =>
      records.filter(isRefusal).map((record) => `${clusters[n]?.name}: ${record.status} ${textOf(record)}`),
    )
  }
}

const isRefusal = ({ status }: RequestRecord): boolean => status >= 400 && status !== 404 && status !== 409
