import { createHash } from 'node:crypto'
import { kinds } from '@odfmo/api-types'
import type { AppliedManifestWork, ManifestWork } from '@odfmo/api-types'
import type { KubeObject, OwnerReference } from '@odfmo/api-types/meta'
import { apiVersionOf } from '@odfmo/api-types/meta'
import { jsonEqual } from '../../../kube-object.ts'
import type { ClusterClient } from '../../../access/cluster-client.ts'
import { ensureStatus } from '../../../access/ensure.ts'
import type { ControlLoop } from '../../loop/control-loop.ts'
import type { LocalCopy } from '../../../access/local-copy.ts'
import { appliedResources, isOrphaned, leftovers, ownerOf, removeResources } from './applied-resources.ts'
import { applyPatch, newObject } from './apply-patch.ts'
import { ResourceFinder } from './resource-finder.ts'
import { workStatus } from './work-status.ts'
import type { ManifestResult } from './work-status.ts'

const workFinalizer = 'cluster.open-cluster-management.io/manifest-work-cleanup'
const appliedWorkFinalizer = 'cluster.open-cluster-management.io/applied-manifest-work-cleanup'

export interface WorkAgentOptions {
  readonly loop: ControlLoop
  readonly hub: ClusterClient
  readonly spoke: ClusterClient
  readonly works: LocalCopy<ManifestWork>
  readonly appliedWorks: LocalCopy<AppliedManifestWork>
  /** Between two looks whether what was applied is still so. */
  readonly resyncMs: number
  /** Between two looks at what the status is made of. */
  readonly statusMs: number
  /** Why a manifest shall not be applied. */
  readonly manifestFails?: (manifest: KubeObject) => string | undefined
}

/** What is being deleted gives no event to this agent. */
const removalLookMs = 200

/** What this process did last for a work. */
interface Applied {
  /** The AppliedManifestWork's: with another, nothing has been applied yet. */
  readonly ownerUid: string
  readonly generation: number | undefined
  readonly atMs: number
  readonly manifests: ReadonlyMap<string, KubeObject>
}

/** Brings the ManifestWorks of one cluster's hub namespace to the spoke, reports on them, and takes them away again. */
export class WorkAgent {
  readonly #options: WorkAgentOptions
  readonly #finder: ResourceFinder
  readonly #hubHash: string
  readonly #applied = new Map<string, Applied>()

  constructor(options: WorkAgentOptions) {
    const { loop, works, appliedWorks, hub, spoke } = options
    this.#options = options
    this.#finder = new ResourceFinder(spoke)
    this.#hubHash = createHash('sha256').update(hub.access.server).digest('hex')
    const worker = loop.worker('manifest work', (key) => this.#reconcile(key))
    const cleaner = loop.worker('applied work', (key) => this.#clean(key))
    works.onChange((key) => worker.add(key))
    appliedWorks.onChange((key, applied, before) => {
      cleaner.add(key)
      const name = (applied ?? before)?.spec?.manifestWorkName
      const work = works.all().find(({ metadata }) => metadata.name === name)
      if (work !== undefined && applied === undefined) worker.add(`${work.metadata.namespace}/${name}`)
    })
  }

  async #reconcile(key: string): Promise<number | undefined> {
    const work = this.#options.works.get(key)
    if (work === undefined) {
      this.#applied.delete(key)
      return undefined
    }
    if (work.metadata.deletionTimestamp !== undefined) return this.#release(work)
    if (work.metadata.finalizers?.includes(workFinalizer) !== true) {
      await this.#setFinalizers(work, [...(work.metadata.finalizers ?? []), workFinalizer])
      return undefined // the change comes back by the watch
    }
    return this.#apply(key, work)
  }

  async #apply(key: string, work: ManifestWork): Promise<number> {
    const { loop, hub, spoke, resyncMs, statusMs } = this.#options
    const appliedWork = await this.#appliedWork(work)
    const owner = ownerOf(appliedWork)
    const known = this.#applied.get(key)
    const last = known?.ownerUid === owner.uid ? known : undefined
    const nowMs = loop.clock.now()
    const isDue =
      last === undefined || last.generation !== work.metadata.generation || nowMs - last.atMs >= resyncMs
    const manifests = work.spec?.workload?.manifests ?? []
    const results: ManifestResult[] = []
    for (const [ordinal, manifest] of manifests.entries()) {
      results.push(await this.#bring(work, ordinal, manifest, owner, isDue ? last : undefined, isDue))
    }
    const failed = results.find(({ error }) => error !== undefined)
    if (isDue && failed === undefined) {
      const byName = new Map(manifests.map((manifest) => [identityOf(manifest), manifest]))
      const { generation } = work.metadata
      this.#applied.set(key, { ownerUid: owner.uid, generation, atMs: nowMs, manifests: byName })
    }
    const now = appliedResources(results, owner)
    const before = appliedWork.status?.appliedResources ?? []
    const gone = leftovers(before, now, results)
    const left = await removeResources(spoke, this.#finder, gone, owner)
    const listed = [...now, ...left]
    if (!jsonEqual(before, listed))
      await ensureStatus(spoke, kinds.AppliedManifestWork, appliedWork, { appliedResources: listed })
    await ensureStatus(hub, kinds.ManifestWork, work, workStatus(work, results, nowMs))
    if (failed !== undefined)
      throw new Error(`manifest ${failed.ordinal} (${failed.kind} ${failed.name}): ${failed.error}`)
    return left.length > 0 ? removalLookMs : Math.min(statusMs, resyncMs)
  }

  /** Applies one manifest when it is due; otherwise only looks. */
  async #bring(
    work: ManifestWork,
    ordinal: number,
    manifest: KubeObject,
    owner: OwnerReference,
    last: Applied | undefined,
    isDue: boolean,
  ): Promise<ManifestResult> {
    const { spoke } = this.#options
    const [group = '', version = ''] = (manifest.apiVersion ?? '').includes('/')
      ? (manifest.apiVersion ?? '').split('/')
      : ['', manifest.apiVersion ?? '']
    const { namespace = '', name = '' } = manifest.metadata
    const common = { ordinal, group, version, kind: manifest.kind ?? '', namespace, name }
    const kind = await this.#finder.find(manifest)
    if (kind === undefined) {
      const error = `no matches for kind "${manifest.kind}" in version "${manifest.apiVersion}"`
      return { ...common, resource: '', live: undefined, error }
    }
    const known = { ...common, resource: kind.plural }
    const keep = isOrphaned(work, known) ? undefined : owner
    const key = kind.namespaced ? { namespace, name } : { name }
    let live: KubeObject | undefined
    try {
      live = await spoke.get(kind, key)
      if (!isDue) return { ...known, live }
      const why = this.#options.manifestFails?.(manifest)
      if (why !== undefined) return { ...known, live, error: why }
      if (live === undefined) return { ...known, live: await spoke.create(kind, newObject(manifest, keep)) }
      const previous = last?.manifests.get(identityOf(manifest))
      const patch = applyPatch({ live, manifest, previous, owner: keep })
      return { ...known, live: patch === undefined ? live : await spoke.patch(kind, key, patch) }
    } catch (error) {
      return { ...known, live, error: error instanceof Error ? error.message : String(error) }
    }
  }

  async #appliedWork({ metadata }: ManifestWork): Promise<AppliedManifestWork> {
    const { spoke, appliedWorks } = this.#options
    const name = `${this.#hubHash}-${metadata.name ?? ''}`
    const known = appliedWorks.get(name) ?? (await spoke.get(kinds.AppliedManifestWork, { name }))
    if (known !== undefined) {
      // A work that was made again while the one before it is still being taken down.
      if (known.metadata.deletionTimestamp !== undefined)
        throw new Error(`AppliedManifestWork ${name} is being deleted`)
      return known
    }
    const created = await spoke.create(kinds.AppliedManifestWork, {
      apiVersion: apiVersionOf(kinds.AppliedManifestWork),
      kind: kinds.AppliedManifestWork.kind,
      metadata: { name, finalizers: [appliedWorkFinalizer] },
      spec: { hubHash: this.#hubHash, agentID: this.#hubHash.slice(0, 32), manifestWorkName: metadata.name },
    })
    appliedWorks.put(created)
    return created
  }

  /** The work goes when its AppliedManifestWork is gone, and with it everything on the spoke. */
  async #release(work: ManifestWork): Promise<number | undefined> {
    const { spoke } = this.#options
    const finalizers = work.metadata.finalizers ?? []
    if (!finalizers.includes(workFinalizer)) return undefined
    const name = `${this.#hubHash}-${work.metadata.name ?? ''}`
    const appliedWork = await spoke.get(kinds.AppliedManifestWork, { name })
    if (appliedWork !== undefined) {
      if (appliedWork.metadata.deletionTimestamp === undefined) {
        // Not in the foreground: our finalizer already waits for all it owns, and a garbage collector may take half a
        // minute and more to learn of a new kind.
        await spoke.remove(kinds.AppliedManifestWork, { name }, { uid: appliedWork.metadata.uid })
      }
      return removalLookMs
    }
    await this.#setFinalizers(
      work,
      finalizers.filter((one) => one !== workFinalizer),
    )
    return undefined
  }

  async #setFinalizers({ metadata }: ManifestWork, finalizers: readonly string[]): Promise<void> {
    const { name = '', namespace, uid, resourceVersion } = metadata
    const patch = { metadata: { uid, resourceVersion, finalizers } }
    this.#options.works.put(await this.#options.hub.patch(kinds.ManifestWork, { namespace, name }, patch))
  }

  /** Takes down what a deleted AppliedManifestWork lists, then lets it go. */
  async #clean(name: string): Promise<number | undefined> {
    const { spoke, appliedWorks } = this.#options
    const appliedWork = appliedWorks.get(name)
    if (appliedWork?.metadata.deletionTimestamp === undefined) return undefined
    const { uid, resourceVersion, finalizers = [] } = appliedWork.metadata
    if (appliedWork.spec?.hubHash !== this.#hubHash || !finalizers.includes(appliedWorkFinalizer))
      return undefined
    const resources = appliedWork.status?.appliedResources ?? []
    const left = await removeResources(spoke, this.#finder, resources, ownerOf(appliedWork))
    if (left.length > 0) return removalLookMs
    const rest = finalizers.filter((one) => one !== appliedWorkFinalizer)
    await spoke.patch(
      kinds.AppliedManifestWork,
      { name },
      { metadata: { uid, resourceVersion, finalizers: rest } },
    )
    return undefined
  }
}

const identityOf = ({ apiVersion, kind, metadata }: KubeObject): string =>
  `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name ?? ''}`
