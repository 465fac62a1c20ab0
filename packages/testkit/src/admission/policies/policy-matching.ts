import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { KubeObject } from '../../kube-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { ResourceRegistry } from '../../resources/resource-registry.ts'
import { matchesSelectorObject } from '../../selectors/selector-object.ts'
import type { Store } from '../../storage/store.ts'
import type { Write } from '../../verbs/admission.ts'
import { namespaceOf } from '../attributes.ts'
import { matchesRule, namespaceLabels } from '../matching.ts'
import { ruleOf } from '../webhook.ts'

/** What matching looks at besides the write. */
export interface Surroundings {
  readonly store: Store
  readonly registry: ResourceRegistry
}

const isNamed = (rule: unknown, { target }: Write): boolean => {
  const names = listAt(rule, 'resourceNames')
  return names.length === 0 || names.includes(target.name)
}

/** Of each write, looked for once however many policies there are. */
const others = new WeakMap<Write, readonly Resource[]>()

/** The other resources that a write's objects are seen as. */
const othersOf = (write: Write, registry: ResourceRegistry): readonly Resource[] => {
  const { resource } = write.target
  const found =
    others.get(write) ??
    registry.all().filter((other) => other !== resource && other.table === resource.table)
  others.set(write, found)
  return found
}

/** As which resource rules speak of a write; other versions and groups of its objects count when `isEquivalent`. */
const resourceBy = (
  rules: readonly unknown[],
  isEquivalent: boolean,
  write: Write,
  registry: ResourceRegistry,
): Resource | undefined => {
  const { resource } = write.target
  const speaksOf = (rule: unknown, as: Resource): boolean =>
    matchesRule(ruleOf(rule), write, as) && isNamed(rule, write)
  if (rules.some((rule) => speaksOf(rule, resource))) return resource
  if (!isEquivalent || rules.length === 0) return undefined
  for (const rule of rules) {
    const found = othersOf(write, registry).find((other) => speaksOf(rule, other))
    if (found !== undefined) return found
  }
  return undefined
}

const isSelective = (selector: unknown): boolean =>
  Object.keys(recordAt(selector, 'matchLabels')).length > 0 || listAt(selector, 'matchExpressions').length > 0

const isOfNamespace = (selector: unknown, write: Write, store: Store): boolean => {
  // what is in no namespace is never left out for the sake of one
  if (!isSelective(selector) || namespaceOf(write) === '') return true
  return matchesSelectorObject(selector, namespaceLabels(write, store))
}

const isOfObject = (selector: unknown, { object, old }: Write): boolean => {
  if (!isSelective(selector)) return true
  const matches = (each: KubeObject | undefined): boolean =>
    each !== undefined && matchesSelectorObject(selector, each.metadata.labels)
  return matches(object) || matches(old)
}

/**
 * As which resource a `MatchResources` speaks of a write; undefined when it does not. Without rules, as of bindings, it
 * speaks of all.
 */
export const matchedAs = (
  match: unknown,
  write: Write,
  { store, registry }: Surroundings,
): Resource | undefined => {
  if (match === undefined) return write.target.resource
  const { namespaceSelector, objectSelector } = recordAt(match)
  if (!isOfNamespace(namespaceSelector, write, store) || !isOfObject(objectSelector, write)) return undefined
  const isEquivalent = textAt(match, 'matchPolicy') !== 'Exact'
  const excluded = listAt(match, 'excludeResourceRules')
  if (resourceBy(excluded, isEquivalent, write, registry) !== undefined) return undefined
  const rules = listAt(match, 'resourceRules')
  return rules.length === 0 ? write.target.resource : resourceBy(rules, isEquivalent, write, registry)
}
