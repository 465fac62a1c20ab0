import type * as z from 'zod'
import { contract } from '../contract.ts'
import { jsonPath, shown, type MirrorPeerProblem, type MirrorPeerProblemCode } from './problem.ts'
import { mirrorPeerSpecSchema } from './schema.ts'

type Issue = z.core.$ZodIssue

/** Everything in a spec (its defaults filled in) that the schema refuses. */
export const specProblems = (spec: unknown): readonly MirrorPeerProblem[] => {
  const { error } = mirrorPeerSpecSchema.safeParse(spec)
  return (error?.issues ?? []).map((issue) => problemOf(issue, spec))
}

const problemOf = (issue: Issue, spec: unknown): MirrorPeerProblem => {
  const value = valueAt(spec, issue.path)
  const code = codeOf(issue, value)
  return { path: jsonPath(['spec', ...issue.path]), code, message: sentence(code, issue, value) }
}

const codeOf = (issue: Issue, value: unknown): MirrorPeerProblemCode => {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined || value === null ? 'Required' : 'WrongType'
    case 'invalid_value':
      return typeof value === 'string' ? 'NotSupported' : 'WrongType'
    case 'too_small':
    case 'too_big':
      return issue.origin === 'array' ? 'WrongCount' : 'Empty'
    case 'invalid_format':
      return 'BadInterval'
    case 'custom':
      return (issue.params as { readonly code: MirrorPeerProblemCode }).code
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return 'WrongType'
  }
}

const sentence = (code: MirrorPeerProblemCode, issue: Issue, value: unknown): string => {
  const field = String(issue.path.at(-1) ?? 'spec')
  switch (code) {
    case 'Required':
      return `${typeof issue.path.at(-1) === 'number' ? 'this entry' : field} is missing: ${expectation(issue)}`
    case 'WrongType':
      return `${shown(value)} is no ${expectedType(issue)}: ${expectation(issue)}`
    case 'NotSupported':
      return `${shown(value)} is no type of MirrorPeer: use ${Object.values(contract.mirrorPeer.type).join(' or ')}`
    case 'Empty':
      return `${field} is empty: ${expectation(issue)}`
    case 'WrongCount':
      return `${count(Array.isArray(value) ? value.length : 0)}: a MirrorPeer connects exactly 2 StorageClusters`
    case 'BadInterval':
      return `${shown(value)} is no interval: use a whole number followed by m (minutes), h (hours) or d (days), like 5m`
    case 'DuplicateItem':
      return 'this item is the same as an earlier one: name the StorageCluster of another cluster'
    case 'SameCluster':
      return `${shown(value)} is the cluster of an earlier item too: a MirrorPeer connects StorageClusters of two clusters`
    case 'SameHubSecret':
      return 'cluster, namespace and name of this item, joined by dashes, are those of an earlier item: both would have one secret on the hub'
    case 'WrongKind':
    case 'Immutable':
    case 'NotTheAgents':
      return `${field} cannot be ${shown(value)}`
  }
}

const count = (items: number): string => (items === 1 ? 'there is 1 item' : `there are ${items} items`)

const expectedType = (issue: Issue): string => {
  if (issue.code === 'invalid_value') return 'string'
  const expected = issue.code === 'invalid_type' ? issue.expected : 'value of this field'
  return expected === 'array' ? 'list' : expected
}

const expectations: Readonly<Record<string, string>> = {
  spec: 'give the two StorageClusters in spec.items',
  type: 'use async or sync',
  items: 'list the 2 StorageClusters that are to be connected',
  clusterName: 'give the name of a ManagedCluster',
  storageClusterRef: 'give name and namespace of a StorageCluster',
  name: 'give the name of the StorageCluster',
  namespace: 'give the namespace of the StorageCluster',
  schedulingIntervals: 'give a list of intervals like 5m',
  manageS3: 'use true or false, without quotes',
}

const expectation = ({ path }: Issue): string => {
  const named = path.findLast((part) => typeof part === 'string') ?? 'spec'
  if (typeof path.at(-1) !== 'number')
    return expectations[String(named)] ?? 'see the description of the field'
  return named === 'items' ? 'give clusterName and storageClusterRef' : 'give an interval like 5m'
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    root,
  )
