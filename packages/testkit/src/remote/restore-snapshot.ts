import type { Kind, KubeObject as ApiObject } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../access/cluster-client.ts'
import { isNotFound } from '../access/cluster-error.ts'
import { isJsonObject, jsonEqual } from '../kube-object.ts'
import type { KubeObject, OwnerReference } from '../kube-object.ts'
import { checkSnapshot, isRootAuthority } from '../snapshot.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Discovery, ServedKind } from './discovery.ts'
import { installCrdsOverHttps } from './install-crds.ts'
import { snapshotOverHttps } from './remote-snapshot.ts'

const definitions = 'apiextensions.k8s.io/customresourcedefinitions'

/** What a server or its controllers make for themselves. */
const ownTables = new Set([
  '/events',
  '/endpoints',
  '/nodes',
  'discovery.k8s.io/endpointslices',
  'apiregistration.k8s.io/apiservices',
  'coordination.k8s.io/leases',
  'networking.k8s.io/ipaddresses',
  'networking.k8s.io/servicecidrs',
])
const ownNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

const isOwn = (table: string, object: KubeObject): boolean => {
  const { namespace, name = '', labels = {} } = object.metadata
  return (
    ownTables.has(table) ||
    table.startsWith('flowcontrol.apiserver.k8s.io/') ||
    table.startsWith('scheduling.k8s.io/') ||
    ownNamespaces.has(namespace ?? '') ||
    (table === '/namespaces' && (ownNamespaces.has(name) || name === 'default')) ||
    (table === '/services' && namespace === 'default' && name === 'kubernetes') ||
    labels['kubernetes.io/bootstrapping'] === 'rbac-defaults' ||
    isRootAuthority(table, object) ||
    // tokens are signed by their cluster
    object['type'] === 'kubernetes.io/service-account-token'
  )
}

interface Entry {
  readonly table: string
  readonly object: KubeObject
}

const keyOf = ({ table, object }: Entry): string =>
  `${table} ${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`

const entriesOf = ({ tables }: Snapshot): Map<string, Entry> =>
  new Map(
    Object.entries(tables)
      .flatMap(([table, objects]) => objects.map((object): Entry => ({ table, object })))
      .filter(({ table, object }) => !isOwn(table, object))
      .map((entry) => [keyOf(entry), entry]),
  )

/** Definitions and namespaces first, then what nobody in the snapshot owns, then the rest: owners before what they own. */
const inOrder = (entries: readonly Entry[]): Entry[] => {
  const byUid = new Map(entries.map((entry) => [entry.object.metadata.uid, entry]))
  const done = new Set<Entry>()
  const visit = (entry: Entry): void => {
    if (done.has(entry)) return
    done.add(entry)
    for (const { uid } of entry.object.metadata.ownerReferences ?? []) {
      const owner = byUid.get(uid)
      if (owner !== undefined) visit(owner)
    }
    done.delete(entry)
    done.add(entry) // at the end: after its owners
  }
  const rank = ({ table }: Entry): number => (table === '/namespaces' ? 0 : 1)
  for (const entry of entries.toSorted((left, right) => rank(left) - rank(right))) visit(entry)
  return [...done]
}

/** What a server says of an object, and nobody else. */
const wantedOf = (object: KubeObject, owners: readonly OwnerReference[], withoutSpec: boolean): ApiObject => {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    managedFields: _managed,
    ownerReferences: _owners,
    ...metadata
  } = object.metadata
  const { status: _status, spec, ...rest } = object
  return {
    ...rest,
    ...(spec === undefined || withoutSpec ? {} : { spec }),
    metadata: { ...metadata, ...(owners.length === 0 ? {} : { ownerReferences: owners }) },
  }
}

const comparable = (object: ApiObject): unknown => wantedOf(object as KubeObject, [], false)

/** Writes a snapshot to a cluster by requests. */
class Restoration {
  readonly #client: ClusterClient
  readonly #discovery: Discovery
  /** Uids of the snapshot → those here: a server gives its own. */
  readonly #uids = new Map<string, string>()

  constructor(client: ClusterClient, discovery: Discovery) {
    this.#client = client
    this.#discovery = discovery
  }

  async run(snapshot: Snapshot): Promise<void> {
    checkSnapshot(snapshot)
    const wanted = entriesOf(snapshot)
    const live = entriesOf(await snapshotOverHttps(this.#client, this.#discovery))
    for (const [key, entry] of live) if (!wanted.has(key)) await this.#remove(entry)
    const crds = [...wanted.values()].filter(({ table }) => table === definitions)
    await installCrdsOverHttps(
      this.#client,
      this.#discovery,
      crds.map(({ object }) => wantedOf(object, [], false) as KubeObject),
    )
    for (const entry of inOrder([...wanted.values()].filter(({ table }) => table !== definitions)))
      await this.#bring(entry, live.get(keyOf(entry))?.object)
  }

  async #served({ object }: Entry): Promise<ServedKind | undefined> {
    const kinds = await this.#discovery.version(object.apiVersion)
    return kinds.find(({ kind, isListable }) => kind === object.kind && isListable)
  }

  async #remove(entry: Entry): Promise<void> {
    const served = await this.#served(entry)
    if (served === undefined) return
    const key = this.#keyOf(served, entry.object)
    // nobody is there to take finalizers off
    if ((entry.object.metadata.finalizers ?? []).length > 0)
      await this.#client.patch(served, key, { metadata: { finalizers: [] } }).catch(ignoreMissing)
    await this.#client.remove(served, key, { gracePeriodSeconds: 0, propagationPolicy: 'Background' })
  }

  async #bring(entry: Entry, live: KubeObject | undefined): Promise<void> {
    const served = await this.#served(entry)
    if (served === undefined) return
    const { object } = entry
    const owners = (object.metadata.ownerReferences ?? []).map((owner) => ({
      ...owner,
      uid: this.#uids.get(owner.uid) ?? owner.uid,
    }))
    const isNamespace = entry.table === '/namespaces'
    const wanted = wantedOf(object, owners, isNamespace)
    let written: ApiObject
    if (live === undefined) written = await this.#client.create(served, wanted)
    else if (jsonEqual(comparable(live as ApiObject), comparable(object as ApiObject)))
      written = live as ApiObject
    else {
      const { resourceVersion, uid } = live.metadata
      const metadata = { ...wanted.metadata, resourceVersion, uid }
      written = await this.#client.update(served, { ...wanted, metadata })
    }
    this.#uids.set(object.metadata.uid ?? '', written.metadata.uid ?? '')
    const key = this.#keyOf(served, object)
    if (served.hasStatus && isJsonObject(object['status']) && !isNamespace) {
      const { resourceVersion } = written.metadata
      const body = {
        ...written,
        status: object['status'],
        metadata: { ...written.metadata, resourceVersion },
      }
      await this.#client.update(served, body, 'status')
    }
    if (object.metadata.deletionTimestamp != null) await this.#client.remove(served, key)
  }

  #keyOf(served: Kind, { metadata: { namespace, name = '' } }: KubeObject) {
    return served.namespaced ? { namespace, name } : { name }
  }
}

const ignoreMissing = (error: unknown): void => {
  if (!isNotFound(error)) throw error
}

/**
 * Makes the objects of a cluster those of a snapshot, which may be that of another cluster, of any provider. A server
 * gives uids of its own: owner references are those of the same owners here. What servers and their controllers make for
 * themselves (`kube-system`, bootstrap roles, endpoints, leases, events, tokens) is left as it is.
 */
export const restoreOverHttps = (
  client: ClusterClient,
  discovery: Discovery,
  snapshot: Snapshot,
): Promise<void> => new Restoration(client, discovery).run(snapshot)
