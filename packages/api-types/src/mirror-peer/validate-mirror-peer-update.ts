import type { MirrorPeer } from '../kinds/mirror-peer.ts'
import { agentProblems, clusterOfAgent } from './agent-rule.ts'
import { defaultSpec, isObject } from './default-mirror-peer.ts'
import { isSameRef } from './item-problems.ts'
import { jsonPath, shown, validation, type MirrorPeerProblem, type MirrorPeerValidation } from './problem.ts'
import { sameJson } from './same-json.ts'
import { peerRefSchema } from './schema.ts'
import { prunedSpec } from './unknown-fields.ts'
import { validateUnknown } from './validate-mirror-peer.ts'

/** Who asks, as far as it matters. */
export interface MirrorPeerUpdateOptions {
  /** The requesting user as the API server names it; an agent may change nothing but its own finalizer. */
  readonly username?: string | undefined
}

/**
 * Everything that is wrong with an update. One that leaves spec as it is passes whatever the stored spec is: else an
 * invalid object could never lose its finalizers and go.
 */
export const validateMirrorPeerUpdate = (
  oldMirrorPeer: MirrorPeer,
  newMirrorPeer: MirrorPeer,
  { username = '' }: MirrorPeerUpdateOptions = {},
): MirrorPeerValidation => {
  // Whatever a request holds is judged, not thrown at.
  if (!isObject(newMirrorPeer)) return validateUnknown(newMirrorPeer)
  const before = compared(oldMirrorPeer)
  const after = compared(newMirrorPeer)
  const cluster = clusterOfAgent(username)
  const agents = cluster === undefined ? [] : agentProblems(cluster, before, after)
  if (sameJson(before.spec, after.spec)) return validation(agents, [])
  const { problems, warnings } = validateUnknown(newMirrorPeer)
  return validation(
    [
      ...agents,
      ...typeProblems(before.spec, after.spec),
      ...itemsProblems(before.spec, after.spec),
      ...problems,
    ],
    warnings,
  )
}

/** What is stored in the end: defaults filled in, unknown fields dropped. */
const compared = (mirrorPeer: unknown): { readonly metadata: unknown; readonly spec: unknown } => ({
  metadata: member(mirrorPeer, 'metadata'),
  spec: prunedSpec(defaultSpec(member(mirrorPeer, 'spec'))),
})

const typeProblems = (before: unknown, after: unknown): readonly MirrorPeerProblem[] => {
  const [old, now] = [member(before, 'type'), member(after, 'type')]
  return old === now
    ? []
    : [
        {
          path: 'spec.type',
          code: 'Immutable',
          message: `the type cannot be changed from ${shown(old)} to ${shown(now)}: delete the MirrorPeer and create another`,
        },
      ]
}

const itemsProblems = (before: unknown, after: unknown): readonly MirrorPeerProblem[] => {
  const [old, now] = [refsOf(member(before, 'items')), refsOf(member(after, 'items'))]
  const changed = now.flatMap(({ ref, i }) =>
    old.some((one) => isSame(one.ref, ref))
      ? []
      : [immutable(['spec', 'items', i], 'this item was not there before')],
  )
  const isShorter = old.some(({ ref }) => !now.some((one) => isSame(one.ref, ref)))
  if (changed.length === 0 && (isShorter || old.length !== now.length)) {
    return [immutable(['spec', 'items'], 'an item is missing or there twice')]
  }
  return changed
}

const immutable = (path: readonly PropertyKey[], what: string): MirrorPeerProblem => ({
  path: jsonPath(path),
  code: 'Immutable',
  message: `${what}: the items cannot be changed, only their order; delete the MirrorPeer and create another`,
})

/** Items in whatever state they are stored. */
const refsOf = (items: unknown): readonly { readonly ref: unknown; readonly i: number }[] =>
  Array.isArray(items) ? items.map((ref: unknown, i) => ({ ref, i })) : []

const isSame = (a: unknown, b: unknown): boolean => {
  const [refA, refB] = [peerRefSchema.safeParse(a), peerRefSchema.safeParse(b)]
  if (refA.success && refB.success) return isSameRef(refA.data, refB.data)
  return sameJson(a, b)
}

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)
