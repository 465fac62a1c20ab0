import { contract } from '../contract.ts'
import { kinds } from '../kinds.ts'
import type { NamedExpression } from '../kinds/admission-policies.ts'
import { finalizerLengths } from '../spoke-finalizer.ts'
import { agentPolicy } from './agent-policy.ts'

/*
 * The agent rule (mirror-peer/agent-rule.ts) in CEL. It is said so that an object stored with nonsense can still lose its
 * agents' finalizers: what is equal as it stands is not looked into, and the items only where they decide.
 *
 * CEL has no SHA-256. Of a name too long for a finalizer, every finalizer that begins with its first characters and goes
 * on with as many hex characters as the hash has counts as the agent's own. What that lets through, and where it is
 * stricter than the rule, is told in docs/reference/validation.md.
 */

const { finalizer, group, mirrorPeer } = contract
const { longestFinalizer, keptLength, hashLength, originalKeptLength } = finalizerLengths
const suffix = `'${finalizer.spokeSuffix}'`
const longestName = longestFinalizer - finalizer.spokeSuffix.length

const begin = (length: number): string => `variables.cluster.substring(0, ${length})`
const noneAlike = (length: number): string => `!variables.alike.exists(n, n.startsWith(${begin(length)}))`

const variables: readonly NamedExpression[] = [
  {
    name: 'named',
    expression:
      'oldObject.?spec.?items.orValue([]).filter(i, has(i.clusterName)).map(i, string(i.clusterName))',
  },
  { name: 'before', expression: 'oldObject.metadata.?finalizers.orValue([])' },
  { name: 'after', expression: 'object.metadata.?finalizers.orValue([])' },
  {
    // Where its cluster is not named: others with long names, whose finalizers begin alike. There they are the others'.
    name: 'alike',
    expression: `variables.cluster in variables.named ? [] : variables.named.filter(n, n.size() > ${longestName})`,
  },
  {
    name: 'own',
    expression: [
      '(variables.before + variables.after).filter(f,',
      `variables.cluster.size() <= ${longestName} ? f == variables.cluster + ${suffix} :`,
      `(f == ${begin(originalKeptLength)} + ${suffix} && ${noneAlike(originalKeptLength)} ||`,
      `f.size() == ${longestFinalizer} && f.startsWith(${begin(keptLength)} + '-') && f.endsWith(${suffix}) &&`,
      `f.substring(${keptLength + 1}, ${keptLength + 1 + hashLength}).matches('^[0-9a-f]+$') && ${noneAlike(keptLength)}) &&`,
      `!variables.named.exists(n, n != variables.cluster && f == n + ${suffix}))`,
    ].join(' '),
  },
  { name: 'othersBefore', expression: 'variables.before.filter(f, !(f in variables.own))' },
  { name: 'othersAfter', expression: 'variables.after.filter(f, !(f in variables.own))' },
]

const defaultIntervals = `[${mirrorPeer.defaultSchedulingIntervals.map((interval) => `'${interval}'`).join()}]`
const intervals = (object: string): string =>
  `(${object}.spec.?schedulingIntervals.orValue([]).size() == 0 ? ${defaultIntervals} : ${object}.spec.schedulingIntervals)`
const type = (object: string): string => `${object}.spec.?type.orValue('${mirrorPeer.defaultType}')`
const manageS3 = (object: string): string => `${object}.spec.?manageS3.orValue(false)`

/** Equal as they stand, or with their defaults: an empty list of intervals is stored, and put without. */
const sameSpec = `object.?spec == oldObject.?spec || has(object.spec) && has(oldObject.spec) && ${[
  `${type('object')} == ${type('oldObject')}`,
  'object.spec.?items == oldObject.spec.?items',
  `${intervals('object')} == ${intervals('oldObject')}`,
  `${manageS3('object')} == ${manageS3('oldObject')}`,
].join(' && ')}`

const same = (field: 'labels' | 'annotations' | 'ownerReferences', none: '{}' | '[]'): string =>
  `object.metadata.?${field}.orValue(${none}) == oldObject.metadata.?${field}.orValue(${none})`

const refused = (field: string): string =>
  `'${field}: the agent of ' + variables.cluster + ' may change nothing of a MirrorPeer but its own finalizer'`

/** An agent changes nothing of a MirrorPeer but its own finalizer, and puts that only where its cluster is named. */
export const agentMirrorPeers = agentPolicy({
  name: `agent-mirrorpeers.${group}`,
  kind: kinds.MirrorPeer,
  operations: ['UPDATE'],
  variables,
  rules: [
    { holds: sameSpec, else: refused('spec') },
    { holds: same('labels', '{}'), else: refused('metadata.labels') },
    { holds: same('annotations', '{}'), else: refused('metadata.annotations') },
    { holds: same('ownerReferences', '[]'), else: refused('metadata.ownerReferences') },
    {
      // In any order, each as often as before: which is counted only where the order is another, as it costs.
      holds: [
        'variables.othersBefore == variables.othersAfter || variables.othersBefore.size() == variables.othersAfter.size()',
        'variables.othersBefore.all(f, variables.othersBefore.filter(g, g == f).size() == variables.othersAfter.filter(g, g == f).size())',
      ].join(' && '),
      else: refused('metadata.finalizers'),
    },
    {
      holds: [
        'variables.after.all(f, f in variables.before || !(f in variables.own))',
        'variables.cluster in variables.named',
      ].join(' || '),
      else: "'metadata.finalizers: this MirrorPeer does not name the cluster ' + variables.cluster + ', so its agent may only take a finalizer off'",
    },
  ],
})
