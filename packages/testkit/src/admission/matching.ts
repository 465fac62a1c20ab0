import { notFound } from '../api-error.ts'
import { isJsonObject } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import type { ResourceRegistry } from '../resources/resource-registry.ts'
import { matchesSelectorObject } from '../selectors/selector-object.ts'
import type { Store } from '../storage/store.ts'
import type { Write } from '../verbs/admission.ts'
import { namespaceOf } from './attributes.ts'
import type { Webhook, WebhookRule } from './webhook.ts'

const isListed = (list: readonly string[], value: string): boolean =>
  list.includes('*') || list.includes(value)

const isScoped = ({ scope }: WebhookRule, write: Write): boolean => {
  if (scope === '*') return true
  const { group, plural, namespaced } = write.target.resource
  const isNamespaced = namespaced && !(group === '' && plural === 'namespaces')
  return scope === 'Namespaced' ? isNamespaced : !isNamespaced
}

const namesResource = (pattern: string, plural: string, subresource: string): boolean => {
  const [resource = '', sub = ''] = pattern.split('/')
  return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource)
}

/** Whether a rule speaks of a write, seen as one of `resource`. */
export const matchesRule = (rule: WebhookRule, write: Write, resource: Resource): boolean =>
  isScoped(rule, write) &&
  isListed(rule.operations, write.operation) &&
  isListed(rule.apiGroups, resource.group) &&
  isListed(rule.apiVersions, resource.version) &&
  rule.resources.some((pattern) => namesResource(pattern, resource.plural, write.target.subresource))

/** Other resources of the same objects: other versions, other groups. */
const equivalentsOf = (registry: ResourceRegistry, resource: Resource): Resource[] =>
  registry.all().filter((other) => other !== resource && other.table === resource.table)

/** As which resource a webhook sees a write; undefined when its rules do not speak of it. */
const resourceFor = (
  { rules, isEquivalent }: Webhook,
  write: Write,
  registry: ResourceRegistry,
): Resource | undefined => {
  const { resource } = write.target
  if (rules.some((rule) => matchesRule(rule, write, resource))) return resource
  if (!isEquivalent) return undefined
  const others = equivalentsOf(registry, resource)
  for (const rule of rules) {
    const found = others.find((other) => matchesRule(rule, write, other))
    if (found !== undefined) return found
  }
  return undefined
}

const isEmptySelector = (selector: unknown): boolean =>
  !isJsonObject(selector) ||
  Object.values(selector).every((value) =>
    Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0,
  )

/** Labels of the namespace that a write is in; a namespace that is written counts as it shall be. */
export const namespaceLabels = (write: Write, store: Store): Readonly<Record<string, string>> | undefined => {
  const { target, operation, object } = write
  const isItself = target.resource.plural === 'namespaces' && target.resource.group === ''
  if (isItself && target.subresource === '' && operation !== 'DELETE' && object !== undefined)
    return object.metadata.labels ?? {}
  const stored = store.get('/namespaces', '', namespaceOf(write))
  return stored === undefined ? undefined : (stored.labels ?? {})
}

const isOfNamespace = ({ namespaceSelector }: Webhook, write: Write, store: Store): boolean => {
  if (isEmptySelector(namespaceSelector)) return true
  const namespace = namespaceOf(write)
  // what is in no namespace is never left out for the sake of one
  if (namespace === '') return true
  const labels = namespaceLabels(write, store)
  if (labels === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace)
  return matchesSelectorObject(namespaceSelector, labels)
}

const isOfObject = ({ objectSelector }: Webhook, { object, old }: Write): boolean => {
  if (isEmptySelector(objectSelector)) return true
  const matches = (each: KubeObject | undefined): boolean =>
    each !== undefined && matchesSelectorObject(objectSelector, each.metadata.labels)
  return matches(object) || matches(old)
}

/**
 * As which resource a webhook is asked about a write, by its selectors and rules; undefined when it is not asked.
 * Throws the 404 of a namespace that is not there.
 */
export const askedAs = (
  webhook: Webhook,
  write: Write,
  { store, registry }: { readonly store: Store; readonly registry: ResourceRegistry },
): Resource | undefined => {
  if (!isOfObject(webhook, write)) return undefined
  const resource = resourceFor(webhook, write, registry)
  if (resource === undefined) return undefined
  return isOfNamespace(webhook, write, store) ? resource : undefined
}
