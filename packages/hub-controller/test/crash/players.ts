import {
  contract,
  kinds,
  type CertificateSigningRequest,
  type Condition,
  type ManagedClusterAddOn,
  type ManifestWork,
  type MirrorPeer,
  type Secret,
} from '@odfmo/api-types'
import { apiVersionOf, keyOf, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { isAlreadyExists, isConflict, isNotFound, type KubeClient } from '@odfmo/controller-kit'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { klusterletGroup, klusterletUser, type InMemoryCluster } from '@odfmo/testkit'
import { golden } from '../../src/addon/test/golden.ts'
import { external, blue, s3 } from '../../src/test/builders.ts'
import { clientOf } from '../../src/test/client-of.ts'

const clusterNames = ['cluster1', 'cluster2', 'cluster3'] as const

/** The managed clusters of a hub: OCM's agents and ours, which go on wherever the hub controller is stopped. */
export interface Players {
  /** Looks at the hub after each of its changes, until the answer is called; that resolves when they have ended. */
  play(): () => Promise<void>
  close(): Promise<void>
}

const isTold = (error: unknown): boolean => isConflict(error) || isNotFound(error) || isAlreadyExists(error)

/** Somebody else was faster: the change that tells of it is looked at again. */
const orLookAgain = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write
  } catch (error) {
    if (!isTold(error)) throw error
  }
}

const condition = (type: string, reason: string): Condition => ({
  type,
  status: 'True',
  reason,
  message: reason,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})

/** What agents deliver for a MirrorPeer. */
const deliveredFor = ({ spec }: MirrorPeer, clusterName: string): readonly Secret[] =>
  spec.items
    .filter((item) => item.clusterName === clusterName)
    .flatMap((ref) => [s3(ref), spec.type === 'sync' ? external(ref) : blue(ref)])

export const playersOf = async (cluster: InMemoryCluster): Promise<Players> => {
  const masters = ['system:masters']
  const agents = await clientOf(cluster, { user: 'agents', groups: masters })
  const klusterlets = new Map<string, KubeClient>()
  for (const name of clusterNames)
    klusterlets.set(
      name,
      await clientOf(cluster, { user: klusterletUser(name), groups: [klusterletGroup(name), ...masters] }),
    )
  const ref = (kind: Kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })
  const list = <T extends KubeObject>(kind: Kind<T>): readonly T[] =>
    cluster.list(ref(kind)) as unknown as readonly T[]
  const get = <T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined =>
    cluster.get(ref(kind), key) as T | undefined
  /** Of the version that was seen: else what others wrote meanwhile would be lost. */
  const patch = (kind: Kind, object: KubeObject, body: KubeObject, subresource?: 'status'): Promise<void> => {
    const { resourceVersion } = object.metadata
    const precondition = { ...body, metadata: { ...body.metadata, resourceVersion } }
    const options = subresource === undefined ? {} : { subresource }
    return orLookAgain(agents.patch(kind, keyOf(object), 'merge', precondition, options))
  }
  /** True conditions of these types beside those that others wrote. */
  const confirm = async (
    kind: Kind,
    object: ManagedClusterAddOn | ManifestWork,
    ...wanted: readonly Condition[]
  ): Promise<void> => {
    const live: readonly Condition[] = object.status?.conditions ?? []
    const missing = wanted.filter(({ type }) =>
      live.every((one) => one.type !== type || one.status !== 'True'),
    )
    if (missing.length === 0) return
    const others = live.filter(({ type }) => missing.every((one) => one.type !== type))
    const status = { conditions: [...others, ...missing] }
    await patch(kind, object, { metadata: {}, status } as KubeObject, 'status')
  }
  const request = async (clusterName: string): Promise<void> => {
    const name = `addon-${clusterName}-tokenexchange-x`
    if (get(kinds.CertificateSigningRequest, { name }) !== undefined) return
    const known = golden<CertificateSigningRequest>(
      `certificatesigningrequests__addon-${clusterName}-tokenexchange-x`,
    )
    const { request: text, signerName, usages } = known.spec
    const csr = {
      metadata: { name, labels: known.metadata.labels },
      spec: { request: text, signerName, usages },
    } as CertificateSigningRequest
    await orLookAgain(
      klusterlets.get(clusterName)?.create(kinds.CertificateSigningRequest, csr) ?? Promise.resolve(),
    )
  }

  const tendAddOn = async (addOn: ManagedClusterAddOn): Promise<void> => {
    const clusterName = addOn.metadata.namespace ?? ''
    if (addOn.metadata.deletionTimestamp !== undefined) return
    for (const work of list(kinds.ManifestWork).filter(({ metadata }) => metadata.namespace === clusterName))
      await confirm(
        kinds.ManifestWork,
        work,
        condition('Applied', 'Applied'),
        condition('Available', 'Available'),
      )
    if ((addOn.status?.registrations ?? []).length === 0) return
    // There is no request of a real klusterlet for the third one.
    if (clusterName !== 'cluster3') await request(clusterName)
    await confirm(kinds.ManagedClusterAddOn, addOn, condition('Available', 'LeaseUpdated'))
  }

  const tendMirrorPeer = async (mirrorPeer: MirrorPeer, all: readonly MirrorPeer[]): Promise<void> => {
    const { finalizers = [], deletionTimestamp } = mirrorPeer.metadata
    for (const { clusterName } of mirrorPeer.spec.items) {
      const mine = spokeFinalizer(clusterName)
      const delivered = deliveredFor(mirrorPeer, clusterName)
      if (deletionTimestamp === undefined) {
        if (!finalizers.includes(contract.finalizer.hub)) return
        for (const secret of delivered)
          if (get(kinds.Secret, keyOf(secret)) === undefined)
            await orLookAgain(agents.create(kinds.Secret, secret))
        if (finalizers.includes(mine)) continue
        await patch(kinds.MirrorPeer, mirrorPeer, { metadata: { finalizers: [...finalizers, mine] } })
        return
      }
      if (!finalizers.includes(mine)) continue
      const needed = new Set(
        all
          .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
          .flatMap((other) => deliveredFor(other, clusterName).map(({ metadata }) => metadata.name)),
      )
      for (const secret of delivered.filter(({ metadata }) => !needed.has(metadata.name)))
        await orLookAgain(agents.delete(kinds.Secret, keyOf(secret)))
      const others = finalizers.filter((finalizer) => finalizer !== mine)
      await patch(kinds.MirrorPeer, mirrorPeer, { metadata: { finalizers: others } })
      return
    }
  }

  const tend = async (): Promise<void> => {
    for (const addOn of list(kinds.ManagedClusterAddOn)) await tendAddOn(addOn)
    const all = list(kinds.MirrorPeer)
    for (const mirrorPeer of all) await tendMirrorPeer(mirrorPeer, all)
  }

  return {
    play() {
      let changes = 1
      let working: Promise<void> | undefined
      let failure: unknown
      const work = async (): Promise<void> => {
        for (let seen = 0; seen < changes;) {
          seen = changes
          try {
            await tend()
            failure = undefined
          } catch (error) {
            // Tried again at the next change; told in the end when none has helped.
            failure = error
          }
        }
        working = undefined
      }
      const look = (): void => {
        changes += 1
        working ??= work()
      }
      const forget = cluster.onChange(look)
      look()
      return async () => {
        forget()
        await working
        if (failure !== undefined) throw new Error('the players of agents and OCM failed', { cause: failure })
      }
    },
    async close() {
      await agents.close()
      for (const client of klusterlets.values()) await client.close()
    },
  }
}
