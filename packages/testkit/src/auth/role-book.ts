import { isJsonObject, listAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Change, Store } from '../storage/store.ts'
import { keyOf } from '../storage/stored-object.ts'
import type { Identity } from './identity.ts'
import { systemMasters } from './identity.ts'
import { ruleAllows } from './policy-rule.ts'
import type { Attributes, PolicyRule } from './policy-rule.ts'

const rbacGroup = 'rbac.authorization.k8s.io'
const quoted = (text: string): string => JSON.stringify(text)

export interface RoleRef {
  readonly kind: string
  readonly name: string
}

interface Binding {
  readonly name: string
  /** Empty for cluster role bindings. */
  readonly namespace: string
  readonly role: RoleRef
  /** How messages call them, by what requests know them as. */
  readonly subjects: ReadonlyMap<string, string>
}

export interface Decision {
  readonly allowed: boolean
  readonly reason: string
}

const subjectKey = (subject: unknown, namespace: string): string => {
  const kind = textAt(subject, 'kind')
  if (kind !== 'ServiceAccount') return `${kind} ${textAt(subject, 'name')}`
  return `User system:serviceaccount:${textAt(subject, 'namespace') || namespace}:${textAt(subject, 'name')}`
}

const describedSubject = (subject: unknown, namespace: string): string => {
  const kind = textAt(subject, 'kind')
  const name = textAt(subject, 'name')
  if (kind !== 'ServiceAccount') return `${kind} ${quoted(name)}`
  return `${kind} ${quoted(`${name}/${textAt(subject, 'namespace') || namespace}`)}`
}

export const roleRefOf = (binding: KubeObject): RoleRef => ({
  kind: textAt(binding, 'roleRef', 'kind'),
  name: textAt(binding, 'roleRef', 'name'),
})

export const rulesOf = (role: KubeObject): PolicyRule[] =>
  listAt(role, 'rules')
    .filter(isJsonObject)
    .map((rule) => ({ ...rule, verbs: Array.isArray(rule['verbs']) ? (rule['verbs'] as string[]) : [] }))

const notThere = ({ kind, name }: RoleRef): string => `${kind.toLowerCase()}.${rbacGroup} "${name}" not found`

/** Why something is allowed, in the words of the server's reviews. */
const allowedBy = ({ name, namespace, role, subjects }: Binding, subject: string): string => {
  const binding =
    namespace === '' ? `ClusterRoleBinding ${quoted(name)}` : `RoleBinding ${quoted(`${name}/${namespace}`)}`
  return `RBAC: allowed by ${binding} of ${role.kind} ${quoted(role.name)} to ${subjects.get(subject)}`
}

/** Who may do what, kept up to date from the stored roles and bindings, by subject. */
export class RoleBook {
  readonly #rules = new Map<string, readonly PolicyRule[]>()
  readonly #bindings = new Map<string, Binding>()
  readonly #bySubject = new Map<string, Set<string>>()
  readonly #unsubscribe: (() => void)[] = []

  constructor(store: Store) {
    for (const plural of ['roles', 'clusterroles'])
      this.#follow(store, plural, (change) => this.#onRole(plural, change))
    for (const plural of ['rolebindings', 'clusterrolebindings'])
      this.#follow(store, plural, (change) => this.#onBinding(plural, change))
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe()
  }

  /** The rules of a role; undefined when it does not exist. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    return kind === 'ClusterRole'
      ? this.#rules.get(`clusterroles ${name}`)
      : this.#rules.get(`roles ${keyOf(namespace, name)}`)
  }

  /** The bindings that speak of somebody, and by which of their names: those of the whole cluster first. */
  *#bindingsOf(identity: Identity, namespace: string): Iterable<readonly [Binding, string]> {
    const subjects = [`User ${identity.user}`, ...identity.groups.map((group) => `Group ${group}`)]
    for (const scope of namespace === '' ? [''] : ['', namespace]) {
      for (const subject of subjects) {
        for (const key of this.#bySubject.get(subject) ?? []) {
          const binding = this.#bindings.get(key)
          if (binding !== undefined && binding.namespace === scope) yield [binding, subject]
        }
      }
    }
  }

  /** All rules somebody has in a namespace (cluster-wide ones included); in the whole cluster when it is empty. */
  rulesFor(identity: Identity, namespace: string): { rules: PolicyRule[]; problems: string[] } {
    const rules: PolicyRule[] = []
    const problems: string[] = []
    for (const [binding] of this.#bindingsOf(identity, namespace)) {
      const found = this.rulesOfRole(binding.role, binding.namespace)
      if (found === undefined) problems.push(notThere(binding.role))
      else rules.push(...found)
    }
    return { rules, problems }
  }

  decide(identity: Identity, wanted: Attributes): Decision {
    if (identity.groups.includes(systemMasters)) return { allowed: true, reason: '' }
    const problems: string[] = []
    for (const [binding, subject] of this.#bindingsOf(identity, wanted.isResource ? wanted.namespace : '')) {
      const rules = this.rulesOfRole(binding.role, binding.namespace)
      if (rules === undefined) problems.push(notThere(binding.role))
      else if (rules.some((rule) => ruleAllows(rule, wanted)))
        return { allowed: true, reason: allowedBy(binding, subject) }
    }
    const reason =
      problems.length === 0 ? '' : `RBAC: ${problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`}`
    return { allowed: false, reason }
  }

  #follow(store: Store, plural: string, listener: (change: Change) => void): void {
    this.#unsubscribe.push(store.table(`${rbacGroup}/${plural}`).subscribe(listener))
  }

  #onRole(plural: string, { type, current }: Change): void {
    const key = `${plural} ${keyOf(current.namespace, current.name)}`
    if (type === 'DELETED') this.#rules.delete(key)
    else this.#rules.set(key, rulesOf(current.read()))
  }

  #onBinding(plural: string, { type, current }: Change): void {
    const key = `${plural} ${keyOf(current.namespace, current.name)}`
    for (const subject of this.#bindings.get(key)?.subjects.keys() ?? [])
      this.#bySubject.get(subject)?.delete(key)
    this.#bindings.delete(key)
    if (type === 'DELETED') return
    const object = current.read()
    const subjects = new Map(
      listAt(object, 'subjects').map((subject) => [
        subjectKey(subject, current.namespace),
        describedSubject(subject, current.namespace),
      ]),
    )
    this.#bindings.set(key, {
      name: current.name,
      namespace: current.namespace,
      role: roleRefOf(object),
      subjects,
    })
    for (const subject of subjects.keys()) {
      const keys = this.#bySubject.get(subject) ?? new Set()
      keys.add(key)
      this.#bySubject.set(subject, keys)
    }
  }
}
