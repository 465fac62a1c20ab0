/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

/** What somebody wants to do, as authorization sees it. */
export type Attributes =
  | {
      readonly isResource: true
      readonly verb: string
      readonly group: string
      readonly plural: string
      readonly subresource: string
      readonly namespace: string
      readonly name: string
    }
  | { readonly isResource: false; readonly verb: string; readonly path: string }

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(value))

const hasResource = (rule: PolicyRule, plural: string, subresource: string): boolean => {
  const combined = subresource === '' ? plural : `${plural}/${subresource}`
  if (has(rule.resources, combined)) return true
  return subresource !== '' && (rule.resources ?? []).includes(`*/${subresource}`)
}

const hasPath = (rule: PolicyRule, path: string): boolean =>
  (rule.nonResourceURLs ?? []).some(
    (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
  )

/** Whether one rule allows it. */
export const ruleAllows = (rule: PolicyRule, wanted: Attributes): boolean => {
  if (!has(rule.verbs, wanted.verb)) return false
  if (!wanted.isResource) return hasPath(rule, wanted.path)
  const { resourceNames = [] } = rule
  return (
    has(rule.apiGroups, wanted.group) &&
    hasResource(rule, wanted.plural, wanted.subresource) &&
    (resourceNames.length === 0 || resourceNames.includes(wanted.name))
  )
}

/** A rule taken apart into single permissions: one verb on one resource of one group (and name), or on one path. */
const piecesOf = (rule: PolicyRule): PolicyRule[] =>
  rule.verbs.flatMap((verb) => [
    ...(rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) => {
        const piece = { verbs: [verb], apiGroups: [group], resources: [resource] }
        const names = rule.resourceNames ?? []
        return names.length === 0 ? [piece] : names.map((name) => ({ ...piece, resourceNames: [name] }))
      }),
    ),
    ...(rule.nonResourceURLs ?? []).map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
  ])

const covers = (held: PolicyRule, piece: PolicyRule): boolean => {
  const [verb = ''] = piece.verbs
  if (!has(held.verbs, verb)) return false
  const [url] = piece.nonResourceURLs ?? []
  if (url !== undefined) return hasPath(held, url)
  const [group = ''] = piece.apiGroups ?? []
  const [resource = ''] = piece.resources ?? []
  const [plural = '', ...subresource] = resource.split('/')
  const names = held.resourceNames ?? []
  const name = piece.resourceNames?.[0]
  return (
    has(held.apiGroups, group) &&
    hasResource(held, plural, subresource.join('/')) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  )
}

/** The single permissions of `wanted` that `held` does not contain: what granting them would add. */
export const rulesNotCovered = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap(piecesOf).filter((piece) => !held.some((rule) => covers(rule, piece)))

/** Single permissions on the same resource (and name) as one, with all their verbs. */
export const compacted = (pieces: readonly PolicyRule[]): PolicyRule[] => {
  const byResource = new Map<string, PolicyRule>()
  for (const piece of pieces) {
    const { verbs, ...rest } = piece
    // those on paths stay apart, as in the real server's messages
    const key = piece.nonResourceURLs === undefined ? JSON.stringify(rest) : JSON.stringify(piece)
    const known = byResource.get(key)?.verbs ?? []
    byResource.set(key, { ...rest, verbs: [...new Set([...known, ...verbs])] })
  }
  return [...byResource.values()]
}

const goList = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(' ')}]`

/** A rule as the messages of the real server print it. */
export const compactRule = ({
  apiGroups,
  resources,
  resourceNames,
  nonResourceURLs,
  verbs,
}: PolicyRule): string => {
  const parts = [
    ...(apiGroups === undefined || apiGroups.length === 0 ? [] : [`APIGroups:${goList(apiGroups)}`]),
    ...(resources === undefined || resources.length === 0 ? [] : [`Resources:${goList(resources)}`]),
    ...(resourceNames === undefined || resourceNames.length === 0
      ? []
      : [`ResourceNames:${goList(resourceNames)}`]),
    ...(nonResourceURLs === undefined || nonResourceURLs.length === 0
      ? []
      : [`NonResourceURLs:${goList(nonResourceURLs)}`]),
    `Verbs:${goList(verbs)}`,
  ]
  return `{${parts.join(', ')}}`
}
