import { contract, elder, type DRPolicy, type MirrorPeer } from '@odfmo/api-types'
import type { KubeObject, Snapshot } from '@odfmo/testkit'
import { parse } from 'yaml'
import { podNamespace } from '../../src/test/builders.ts'
import { usersPrefix } from '../hands.ts'
import { foreignText } from './ramen-text.ts'

/**
 * What legitimately differs between a state and the same computed from scratch, each with its reason. Uids, times,
 * versions, leases and Events are left out by `sameState` itself.
 */
export const projected = ({ revision, tables }: Snapshot): Snapshot => ({
  revision,
  tables: Object.fromEntries(
    Object.entries(tables).map(([table, objects]) => [
      table,
      objects
        .filter((object) => !isKeptByPolicy(table, object, tables) && !isUndecided(table, object, tables))
        .map((object) => project(table, object)),
    ]),
  ),
})

/** The MirrorPeers that name a cluster; one that was never valid wants nothing of it, and has no finalizer of the hub. */
const usersOf = (tables: Snapshot['tables'], cluster: string | undefined): readonly MirrorPeer[] =>
  ((tables['multicluster.odf.openshift.io/mirrorpeers'] ?? []) as unknown as readonly MirrorPeer[]).filter(
    ({ metadata, spec }) =>
      metadata.finalizers?.includes(contract.finalizer.hub) &&
      spec.items.some(({ clusterName }) => clusterName === cluster),
  )

/**
 * A DRCluster of ours stays when the last MirrorPeer that wanted it goes while a DRPolicy names it: that there was one, nobody
 * can tell from the inputs.
 */
const isKeptByPolicy = (table: string, { metadata }: KubeObject, tables: Snapshot['tables']): boolean => {
  if (table !== 'ramendr.openshift.io/drclusters') return false
  if (metadata.labels?.[contract.label.createdBy] !== contract.createdBy.mirrorPeer) return false
  const policies = (tables['ramendr.openshift.io/drpolicies'] ?? []) as unknown as readonly DRPolicy[]
  return (
    policies.some(({ spec }) => spec?.drClusters?.includes(metadata.name ?? '')) &&
    usersOf(tables, metadata.name).length === 0
  )
}

/**
 * What a DRCluster should say is not known while the elder MirrorPeer of its cluster asks for storage of the other sort: nothing
 * is made and nothing is taken away, so it says what a former elder wanted.
 */
const isUndecided = (table: string, { metadata }: KubeObject, tables: Snapshot['tables']): boolean => {
  if (table !== 'ramendr.openshift.io/drclusters') return false
  return usersOf(tables, metadata.name)
    .toSorted(elder)
    .slice(0, 1)
    .some(({ status }) =>
      status?.conditions?.some(
        ({ type, message }) =>
          type === contract.mirrorPeer.condition.drClustersReady &&
          [`of ${metadata.name} has converged storage`, `of ${metadata.name} uses external Ceph`].some(
            (text) => message.includes(text),
          ),
      ),
    )
}

const project = (table: string, object: KubeObject): KubeObject =>
  withoutNotes(table, ramenByMeaning(table, object))

/** Notes that users put on objects of ours survive edits; an object made anew has none. */
const withoutNotes = (table: string, object: KubeObject): KubeObject => {
  if (!/addons$|works$|drclusters$/.test(table) || object.metadata.annotations === undefined) return object
  const annotations = Object.entries(object.metadata.annotations).filter(
    ([key]) => !key.startsWith(usersPrefix),
  )
  const { annotations: _all, ...metadata } = object.metadata
  return {
    ...object,
    metadata:
      annotations.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(annotations) },
  }
}

interface Profile {
  readonly s3ProfileName?: string
  readonly caCertificates?: string
  readonly s3SecretRef?: { readonly name?: string }
}

interface Config {
  readonly s3StoreProfiles?: readonly Profile[]
}

/**
 * Profiles stand in Ramen's list in the order in which they came, which has no meaning, and an emptied list may stay as `[]`.
 * The bytes that are not ours are compared as they are.
 */
const ramenByMeaning = (table: string, object: KubeObject): KubeObject => {
  const { namespace, name } = object.metadata
  if (table !== '/configmaps' || namespace !== podNamespace || name !== contract.ramen.configMap)
    return object
  const data = (object as { readonly data?: Readonly<Record<string, string>> }).data ?? {}
  const text = data[contract.ramen.configKey] ?? ''
  return {
    ...object,
    data: { ...data, [contract.ramen.configKey]: foreignText(text) },
    profiles: profilesOf(text),
  }
}

/** Keys that users add to an entry of ours stay as long as it does; one that is made anew has none. */
const withoutNote = (profile: Profile): Profile => {
  const { caCertificates: _note, ...rest } = profile
  return /^[0-9a-f]{39}$/.test(profile.s3SecretRef?.name ?? '') ? rest : profile
}

const profilesOf = (text: string): unknown => {
  try {
    const profiles = (parse(text) as Config | null)?.s3StoreProfiles ?? []
    const nameOf = ({ s3ProfileName = '' }: { readonly s3ProfileName?: string }): string => s3ProfileName
    return profiles.map(withoutNote).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  } catch {
    return 'unreadable'
  }
}
