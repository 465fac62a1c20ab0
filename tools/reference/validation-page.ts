import {
  agentPolicies,
  mirrorPeerCrd,
  type JsonSchemaProps,
  type ValidatingAdmissionPolicy,
} from '@odfmo/api-types'
import { validationRules, type ValidationRule } from './validation-rules.ts'

/** docs/reference/validation.md. */
export function validationPage(): string {
  return `# What is refused, and by whom

<!-- Made by npm run reference from the schema, rules and policies of packages/api-types. Do not edit. -->

| who | judges | when |
| --- | --- | --- |
| the CRD | schema, CEL rules | always: nothing else has to run |
| the webhook | the same and more, by the library \`@odfmo/api-types\` | creation and update; names the exact field, gives warnings |
| the hub controller | the same again, and what only it can see (is there such a ManagedCluster?): condition \`Validated\`, [conditions.md](conditions.md) | whatever is stored |
| three policies | what the agents of clusters write | Kubernetes 1.30 and later; requests of all others pass unlooked at |

Status, metadata and deletion are refused to nobody but the agents.

## MirrorPeers

Code, field and words are those of the library for an example. CEL cannot index a list in the path of a field: it names the list.

An API server judges by the CRD before it asks the validating webhook. So the error that \`kubectl\` shows is in the words of the schema (\`should match '^\\d+[mhd]$'\`)
or of the CEL rule. The mutating webhook is asked before that: what it finds wrong is shown as \`Warning:\` beside the error, in the words of this table, at most
five. Without the webhook the field is looked up here. The validating webhook refuses where the CRD lets something pass: an update that
leaves what is invalid as it is (below), more than 1000 entries, a definition of MirrorPeer that is not ours.

${table(['rule', 'code', 'field', 'the webhook says', 'the CRD says it by'], validationRules().map(ruleRow))}

Not refused, but warned of by webhook and library: an interval of no time, of more than a year, or that is there twice; names that no
object can have; a cluster's name too long for a finalizer; one S3 profile for both items; unknown fields, which the CRD drops.

## Agents

A user \`system:open-cluster-management:cluster:<c>:addon:tokenexchange:agent:tokenexchange\` or \`system:serviceaccount:<c>:tokenexchange-agent\`
is the agent of the cluster \`<c>\`, and so is whoever is in the group \`system:open-cluster-management:cluster:<c>:addon:tokenexchange\`, which the hub
gives rights to, under whatever name. Roles say what it may reach, the policies what it may make of it. A refusal is a 403.
What is tried with a stolen identity, and what refuses it: [security](../security.md).

${policies().map(policySection).join('\n\n')}

## What CEL cannot say

| what | and then |
| --- | --- |
| an empty list of intervals becomes \`["5m"]\` | it is stored as it is; hub and agents read it as \`5m\`. A missing one becomes \`["5m"]\` by the CRD too |
| an invalid spec that an update leaves as it is | is accepted by ratcheting (Kubernetes 1.33, beta since 1.30), field by field: one that leaves its bad items and changes \`manageS3\` is accepted too, which the webhook refuses. Before that, such an object must be put right in the update that takes its finalizers off |
| a MirrorPeer without \`spec\`, stored before there was a schema | can be deleted, but is not written again as it is, not its status either: a finalizer comes off together with a spec that is valid |
| one with fields of other types (a text for \`spec\`, numbers in a list of texts) | is never written again: a server has no value for such a rule. No definition of the original stored any |
| the finalizer of a cluster whose name is longer than 27 characters | has eight hex characters of a SHA-256. Every finalizer of the first 18 characters, a dash, eight hex characters and \`.spoke.multicluster.odf.openshift.io\` counts as this agent's, unless it is the whole one of another item's cluster |
| so: two items on clusters with such names, the first 18 characters alike | the agent of one can put and take the other's finalizer, as far as the policy goes; the webhook refuses it |
| so: such a finalizer on a MirrorPeer that does not name the agent's cluster but one alike | counts as the other's: a left-over of its own the agent cannot take off there, as the webhook would allow. An administrator can |

What the policies leave to roles: agents have no right to create or delete MirrorPeers or to write their status. What a Secret of theirs
says, and which StorageCluster its name is of, they do not look at: the hub reads both with care.
`
}

const ruleRow = ({ rule, problem, inCrd }: ValidationRule): readonly string[] => [
  rule,
  `\`${problem.code}\``,
  `\`${problem.path}\``,
  problem.message,
  'keyword' in inCrd
    ? `schema: ${inCrd.keyword
        .split(', ')
        .map((word) => `\`${word}\``)
        .join(', ')}`
    : `CEL on \`${inCrd.celOn}\`: ${celMessage(inCrd.celOn, inCrd.message)}`,
]

const celMessage = (field: string, words: string): string => {
  const rule = celRules(mirrorPeerCrd.spec.versions[0]?.schema?.openAPIV3Schema ?? {}, '').find(
    ({ at, message }) => at === field && message.includes(words),
  )
  if (rule === undefined) throw new Error(`the CRD has no rule on ${field} that says ${words}`)
  return rule.message
}

interface CelRule {
  /** The field that the answer names. */
  readonly at: string
  readonly message: string
}

const celRules = (schema: JsonSchemaProps, path: string): readonly CelRule[] => [
  ...(schema['x-kubernetes-validations'] ?? []).map(({ fieldPath = '', message = '' }) => ({
    at: path + fieldPath,
    message,
  })),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
    celRules(one, path === '' ? name : `${path}.${name}`),
  ),
]

const policies = (): readonly ValidatingAdmissionPolicy[] =>
  agentPolicies.flatMap((one) => ('validations' in one.spec ? [one as ValidatingAdmissionPolicy] : []))

const policySection = ({ metadata, spec }: ValidatingAdmissionPolicy): string => {
  const [rule] = spec.matchConstraints.resourceRules ?? []
  const rows = spec.validations.map(({ messageExpression = '' }) => {
    const text = said(messageExpression)
    const colon = text.indexOf(': ')
    return [`\`${text.slice(0, colon)}\``, text.slice(colon + 2)]
  })
  return `\`${metadata.name}\`, on ${(rule?.operations ?? []).join(' and ')} of ${(rule?.resources ?? []).join()}:

${table(['field', 'refused with'], rows)}`
}

/** What a CEL expression of texts and variables says, with `<…>` for what it fills in. */
const said = (expression: string): string =>
  expression
    .replaceAll("' + variables.cluster + '", '<c>')
    .replace(/' \+ \(\[variables\.cluster\] \+ variables\.clusters\.[^']*join\('[^']*'\)$/, '<clusters>')
    .replace(/' \+ (?:object|oldObject)\.\?(\w+)\.orValue\('[^']*'\)$/, '<$1>')
    .replace(/^'|'$/g, '')
    .replaceAll('<', String.raw`\<`)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n')
