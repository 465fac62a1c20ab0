import type { MirrorPeer } from '../kinds/mirror-peer.ts'
import { agentProblems, clustersOfAgent, type Requester } from './agent-rule.ts'
import { defaultSpec, isObject } from './default-mirror-peer.ts'
import { itemChanges } from './item-changes.ts'
import { shown, validation, type MirrorPeerProblem, type MirrorPeerValidation } from './problem.ts'
import { sameJson } from './same-json.ts'
import { prunedSpec } from './unknown-fields.ts'
import { validateUnknown } from './validate-mirror-peer.ts'

/** Who asks: an agent, by user or by group, may change nothing but its own finalizer. */
export type MirrorPeerUpdateOptions = Requester

/**
 * Everything that is wrong with an update. One that leaves spec as it is passes whatever the stored spec is: else an
 * invalid object could never lose its finalizers and go.
 */
export const validateMirrorPeerUpdate = (
  oldMirrorPeer: MirrorPeer,
  newMirrorPeer: MirrorPeer,
  requester: MirrorPeerUpdateOptions = {},
): MirrorPeerValidation => {
  // Whatever a request holds is judged, not thrown at.
  if (!isObject(newMirrorPeer)) return validateUnknown(newMirrorPeer)
  if (!isObject(oldMirrorPeer)) return withoutOld(oldMirrorPeer, newMirrorPeer)
  const before = compared(oldMirrorPeer)
  const after = compared(newMirrorPeer)
  const agents = agentProblems(clustersOfAgent(requester), before, after)
  if (sameJson(before.spec, after.spec)) return validation(agents, [])
  const { problems, warnings } = validateUnknown(newMirrorPeer)
  return validation(
    [
      ...agents,
      ...typeProblems(before.spec, after.spec),
      ...itemChanges(member(before.spec, 'items'), member(after.spec, 'items')),
      ...problems,
    ],
    warnings,
  )
}

/** Without what was there before, no update is known to leave anything as it is. */
const withoutOld = (nothing: unknown, newMirrorPeer: unknown): MirrorPeerValidation => {
  const { problems, warnings } = validateUnknown(newMirrorPeer)
  const missing = {
    path: '',
    code: 'Required' as const,
    message: `the old MirrorPeer is missing, there is ${shown(nothing)}: an update is judged by what it changes`,
  }
  return validation([missing, ...problems], warnings)
}

/** What is stored in the end: defaults filled in, unknown fields dropped. */
const compared = (mirrorPeer: unknown): { readonly metadata: unknown; readonly spec: unknown } => ({
  metadata: member(mirrorPeer, 'metadata'),
  spec: defaultSpec(prunedSpec(member(mirrorPeer, 'spec'))),
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

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)
