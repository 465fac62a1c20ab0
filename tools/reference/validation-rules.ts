import {
  validateMirrorPeer,
  validateMirrorPeerUpdate,
  type MirrorPeer,
  type MirrorPeerProblem,
} from '@odfmo/api-types'

/** One thing that is refused, by an example of it. */
export interface ValidationRule {
  readonly rule: string
  /** What the library, and so the webhook and the hub, say of the example. */
  readonly problem: MirrorPeerProblem
  /** A keyword of the schema, or the field whose CEL rule says it with these words in its message. */
  readonly inCrd: { readonly keyword: string } | { readonly celOn: string; readonly message: string }
}

const ref = (clusterName: string, name = 'ocs-storagecluster', namespace = 'openshift-storage'): object => ({
  clusterName,
  storageClusterRef: { name, namespace },
})
const usual = { items: [ref('c1'), ref('c2')] }

const peer = (spec: object): MirrorPeer => ({ metadata: { name: 'mp' }, spec }) as unknown as MirrorPeer

const only = (problems: readonly MirrorPeerProblem[]): MirrorPeerProblem => {
  const [problem, ...more] = problems
  if (problem === undefined || more.length > 0)
    throw new Error(`an example of one rule has ${problems.length} problems`)
  return problem
}

const created = (spec: object): MirrorPeerProblem => only(validateMirrorPeer(peer(spec)).problems)
const updated = (before: object, after: object): MirrorPeerProblem =>
  only(validateMirrorPeerUpdate(peer(before), peer(after)).problems)

/** Every refusal of a creation, then those of an update. */
export const validationRules = (): readonly ValidationRule[] => [
  {
    rule: 'items must be there',
    problem: created({}),
    inCrd: { keyword: 'required' },
  },
  {
    rule: 'exactly two items',
    problem: created({ items: [ref('c1')] }),
    inCrd: { keyword: 'minItems, maxItems' },
  },
  {
    rule: 'an item is whole',
    problem: created({ items: [ref('c1'), { clusterName: 'c2' }] }),
    inCrd: { keyword: 'required' },
  },
  {
    rule: 'no name is empty',
    problem: created({ items: [ref('c1'), ref('c2', '')] }),
    inCrd: { keyword: 'minLength' },
  },
  {
    rule: 'a field has its type',
    problem: created({ ...usual, manageS3: 'true' }),
    inCrd: { keyword: 'type' },
  },
  {
    rule: '`type` is async or sync',
    problem: created({ ...usual, type: 'metro' }),
    inCrd: { keyword: 'enum' },
  },
  {
    rule: 'an interval is a number followed by m, h or d',
    problem: created({ ...usual, schedulingIntervals: ['5m', '5x'] }),
    inCrd: { keyword: 'pattern' },
  },
  {
    rule: 'the items differ',
    problem: created({ items: [ref('c1'), ref('c1')] }),
    inCrd: { celOn: 'spec.items', message: 'are the same' },
  },
  {
    rule: 'they are on two clusters',
    problem: created({ items: [ref('c1'), ref('c1', 'other')] }),
    inCrd: { celOn: 'spec.items', message: 'on one cluster' },
  },
  {
    rule: 'they have two hub secrets',
    problem: created({ items: [ref('a-b', 'd', 'c'), ref('a', 'd', 'b-c')] }),
    inCrd: { celOn: 'spec.items', message: 'the same hub secret' },
  },
  {
    rule: 'update: `type` stays, also when it is left out',
    problem: updated({ ...usual, type: 'sync' }, usual),
    inCrd: { celOn: 'spec.type', message: 'type cannot be changed' },
  },
  {
    rule: 'update: the items stay; their order may change',
    problem: updated(usual, { items: [ref('c1'), ref('c3')] }),
    inCrd: { celOn: 'spec.items', message: 'items cannot be changed' },
  },
]
