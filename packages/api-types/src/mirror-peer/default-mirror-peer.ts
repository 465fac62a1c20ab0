import * as z from 'zod'
import { contract } from '../contract.ts'
import type { DefaultedMirrorPeer, MirrorPeer } from '../kinds/mirror-peer.ts'
import { mirrorPeerSpecSchema } from './schema.ts'

/** The defaults as the schema has them. */
const defaults: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(mirrorPeerSpecSchema.shape).flatMap(([name, field]) =>
    field instanceof z.ZodDefault ? [[name, field.def.defaultValue]] : [],
  ),
)

/**
 * The MirrorPeer with what its user left out: `type` async, `schedulingIntervals` 5m (also when the list is empty) and
 * `manageS3` false. Everything else stays as it is, valid or not; the same object comes back when nothing is missing.
 */
export const defaultMirrorPeer = (mirrorPeer: MirrorPeer): DefaultedMirrorPeer => {
  const spec = defaultSpec(mirrorPeer.spec)
  return (spec === mirrorPeer.spec ? mirrorPeer : { ...mirrorPeer, spec }) as DefaultedMirrorPeer
}

/** Defaults in whatever is there for a spec; what is no object is left to validation. */
export const defaultSpec = (spec: unknown): unknown => {
  if (!isObject(spec)) return spec
  const missing = Object.entries(defaults).filter(([name]) => isMissing(name, spec[name]))
  // The schema keeps its own copy: what is handed out may be changed.
  return missing.length === 0 ? spec : { ...spec, ...structuredClone(Object.fromEntries(missing)) }
}

/** null is dropped by an API server where a field has a default. */
const isMissing = (name: string, value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (name === intervalsField && Array.isArray(value) && value.length === 0)

const intervalsField = 'schedulingIntervals' satisfies keyof typeof mirrorPeerSpecSchema.shape

/** A JSON object: no list, no null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What every MirrorPeer is. */
export const mirrorPeerKind = { apiVersion: contract.apiVersion, kind: 'MirrorPeer' } as const

/** apiVersion and kind, when they are there, are of a MirrorPeer. */
export const isMirrorPeerKind = (field: 'apiVersion' | 'kind', value: unknown): boolean =>
  value === undefined || value === mirrorPeerKind[field]
