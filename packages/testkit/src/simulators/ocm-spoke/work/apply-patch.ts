import type { KubeObject, OwnerReference } from '@odfmo/api-types/meta'
import { isJsonObject } from '../../../kube-object.ts'

type Fields = Readonly<Record<string, unknown>>

/** Fields of a manifest that are not the work agent's to set. */
const notApplied = new Set(['apiVersion', 'kind', 'metadata', 'status', 'stringData'])

/** What of a manifest is brought into the cluster, but for its metadata. */
export const bodyOf = (manifest: KubeObject): Record<string, unknown> => {
  const fields = Object.entries(manifest).filter(([field]) => !notApplied.has(field))
  const texts = (manifest as { stringData?: unknown }).stringData
  const body: Record<string, unknown> = Object.fromEntries(fields)
  if (!isJsonObject(texts)) return body
  const encoded = Object.entries(texts).map(([key, text]) => [
    key,
    Buffer.from(String(text), 'utf8').toString('base64'),
  ])
  const data = isJsonObject(body['data']) ? body['data'] : {}
  return { ...body, data: { ...data, ...(Object.fromEntries(encoded) as Fields) } }
}

/** The object that is created where there is none. */
export const newObject = (manifest: KubeObject, owner: OwnerReference | undefined): KubeObject => {
  const { name, namespace, labels, annotations, finalizers, ownerReferences = [] } = manifest.metadata
  const { apiVersion, kind } = manifest
  const owners = owner === undefined ? ownerReferences : [...ownerReferences, owner]
  const metadata = { name, namespace, labels, annotations, finalizers, ownerReferences: owners }
  return { apiVersion, kind, metadata, ...bodyOf(manifest) }
}

export interface ApplyInput {
  readonly live: KubeObject
  readonly manifest: KubeObject
  /** What this process applied last time: its fields that the manifest no longer has are taken away. */
  readonly previous: KubeObject | undefined
  /** Our AppliedManifestWork; undefined for what is to outlive the work. */
  readonly owner: OwnerReference | undefined
}

/** The JSON merge patch that brings a manifest into a live object; undefined when all of it is there. */
export const applyPatch = ({
  live,
  manifest,
  previous,
  owner,
}: ApplyInput): Record<string, unknown> | undefined => {
  const body = mergeFields(
    live as unknown as Fields,
    bodyOf(manifest),
    previous === undefined ? {} : bodyOf(previous),
  )
  const metadata = metadataPatch(live, manifest, previous, owner)
  if (body === undefined && metadata === undefined) return undefined
  const { uid, resourceVersion } = live.metadata
  return { ...body, metadata: { ...metadata, uid, resourceVersion } }
}

const metadataPatch = (
  live: KubeObject,
  manifest: KubeObject,
  previous: KubeObject | undefined,
  owner: OwnerReference | undefined,
): Record<string, unknown> | undefined => {
  const pick = ({ labels = {}, annotations = {} }: KubeObject['metadata']): Fields => ({
    labels,
    annotations,
  })
  const patch = mergeFields(
    pick(live.metadata),
    pick(manifest.metadata),
    previous === undefined ? {} : pick(previous.metadata),
  )
  const owners = live.metadata.ownerReferences ?? []
  if (owner === undefined || owners.some(({ uid }) => uid === owner.uid)) return patch
  return { ...patch, ownerReferences: [...owners, owner] }
}

const mergeFields = (live: Fields, wanted: Fields, previous: Fields): Record<string, unknown> | undefined => {
  const patch: Record<string, unknown> = {}
  for (const field of Object.keys(previous)) {
    if (wanted[field] === undefined && live[field] !== undefined) patch[field] = null
  }
  for (const [field, value] of Object.entries(wanted)) {
    if (value === undefined || value === null) continue
    const old = live[field]
    if (isJsonObject(value) && isJsonObject(old)) {
      const before = isOtherType(old, value) ? old : previous[field]
      const inner = mergeFields(old, value, isJsonObject(before) ? before : {})
      if (inner !== undefined) patch[field] = inner
    } else if (!includes(old, value)) patch[field] = value
  }
  return Object.keys(patch).length === 0 ? undefined : patch
}

/** One of several forms (`strategy`): fields of the other form, which the API server may have set, must go. */
const isOtherType = (live: Fields, wanted: Fields): boolean =>
  typeof live['type'] === 'string' && typeof wanted['type'] === 'string' && live['type'] !== wanted['type']

/** Whether all of `wanted` is in `live`, which the API server may have filled up with defaults. */
const includes = (live: unknown, wanted: unknown): boolean => {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((item, at) => includes(live[at], item))
    )
  }
  if (!isJsonObject(wanted)) return live === wanted
  return (
    isJsonObject(live) &&
    Object.entries(wanted).every(([field, value]) => value === undefined || includes(live[field], value))
  )
}
