import type { HubReference, ReasonEntry } from './hub-reference.ts'

const conditions: readonly (readonly [type: string, text: string])[] = [
  ['Validated', 'The spec keeps to all rules, and both clusters are ManagedClusters that can be worked for.'],
  ['AddonsReady', 'On each cluster the agent is wanted, registered, deployed and alive.'],
  [
    'SecretsExchanged',
    'Type async: each cluster’s namespace on the hub holds the peer token of the other one.',
  ],
  [
    'S3ProfilesSynced',
    'With manageS3: the S3 profiles of both clusters and their keys are where Ramen reads them.',
  ],
  ['DRClustersReady', 'Both clusters are DRClusters of Ramen, with the right region and S3 profile.'],
  [
    'Ready',
    'Everything above. Where it is False, its reason is that of the first condition that is False, and its message tells all that is missing.',
  ],
  [
    'IntervalShared',
    'There only where it is True: a scheduling interval on a cluster belongs to an elder MirrorPeer. Ready does not depend on it.',
  ],
]

/** docs/reference/conditions.md. */
export function conditionsPage({ reasons, addOnConditionReasons, requestReasons }: HubReference): string {
  const onConditions = reasons.filter(({ on }) => on.length > 0)
  const rest = reasons.filter(({ on }) => on.length === 0)
  return `# Conditions of a MirrorPeer

<!-- Made by npm run reference from the tables in packages/hub-controller/src/status/reasons/. Do not edit. -->

\`kubectl describe mirrorpeer <name>\` shows them, \`kubectl get mirrorpeers -o wide\` the reason of Ready. Each has a
reason (below), a message that says what is missing, where, and who should bring it, \`observedGeneration\`, and a
\`lastTransitionTime\` that moves only with the status. Conditions of other types are others' and are kept.

${table(
  ['condition', 'is True when', 'reasons'],
  conditions.map(([type, text]) => [
    `\`${type}\``,
    text,
    onConditions
      .filter(({ on }) => on.includes(type))
      .map(({ reason }) => link(reason))
      .join(', '),
  ]),
)}

An Event on the MirrorPeer tells of each condition that turns True, that was True and is not any more, and of each reason
marked *refusal*, which only a person can put right. What passes by itself (nobody acts) is not told,
and one cause is told once: not for \`Ready\` too, and not for two conditions that say the same. Beside those there are \`SpokeFinalizerRemoved\` (Warning: the finalizer
of a cluster that is no ManagedCluster any more was taken off, nobody cleans up there) and \`CleanedUp\` (Normal: everything
that only this MirrorPeer wanted is gone from the hub).

## Reasons

${onConditions.map(entry).join('\n\n')}

## Reasons that no condition carries

States of single objects, shown by \`/debug/derived\` of the hub controller (with \`--debug\`). Conditions speak of them in
other words, or they last for a moment only.

${rest.map(entry).join('\n\n')}

## Conditions of a ManagedClusterAddOn

The hub writes two conditions on the ManagedClusterAddOn \`tokenexchange\` in each cluster's namespace, with the words that
Open Cluster Management uses. \`AddonsReady\` of the MirrorPeers repeats what they say.

${table(
  ['condition', 'reason', 'status', 'meaning', 'who acts', 'what to do'],
  addOnConditionReasons.map(({ on, reason, status, meaning, acts, todo }) => [
    `\`${on}\``,
    `\`${reason}\``,
    status,
    meaning,
    acts,
    todo,
  ]),
)}

## Certificate requests that are left alone

A request for an agent's certificate that fails a check is neither approved nor denied: it may be somebody else's. Which check
it was is the state of the rule \`csr-approval\` on \`/debug/derived\`.

${table(
  ['reason', 'the request is left alone because'],
  Object.entries(requestReasons).map(([reason, text]) => [`\`${reason}\``, text]),
)}
`
}

const link = (reason: string): string => `[${reason}](#${reason.toLowerCase()})`

const entry = ({ reason, on, status, meaning, acts, todo, refusal, example }: ReasonEntry): string =>
  [
    `### ${reason}`,
    '',
    meaning,
    '',
    ...(on.length === 0
      ? []
      : [
          `- On: ${on.map((type) => `\`${type}\``).join(', ')}; ${status}${refusal === true ? '; refusal' : ''}`,
        ]),
    `- Who acts: ${acts}`,
    ...(todo === '' ? [] : [`- What to do: ${todo}`]),
    ...(example === undefined ? [] : [`- For example: *${escaped(example)}*`]),
  ].join('\n')

const escaped = (text: string): string => text.replace(/[*_<>[\]|]/g, String.raw`\$&`)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n')
