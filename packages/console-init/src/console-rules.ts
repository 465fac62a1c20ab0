import { contract, kinds, type Kind, type PolicyRule } from '@odfmo/api-types'

/** Looked at: one object, by its name. */
const look = ['list', 'watch']
/** And put right; it is got when somebody else wrote in between. */
const keep = ['get', 'list', 'watch', 'patch']

const one = (kind: Kind, verbs: readonly string[]): PolicyRule => ({
  apiGroups: [kind.group],
  resources: [kind.plural],
  resourceNames: [contract.console.name],
  verbs,
})

/** A creation cannot be limited to a name. */
const anyName = (kind: Kind, verbs: readonly string[]): PolicyRule => ({
  apiGroups: [kind.group],
  resources: [kind.plural],
  verbs,
})

/** What who includes the console's rules must be allowed: exactly the verbs they use, on one name where that is possible. */
export const consoleRules: {
  /** For a Role in the console's namespace. */
  readonly own: readonly PolicyRule[]
  /** For a ClusterRole. */
  readonly cluster: readonly PolicyRule[]
} = {
  own: [one(kinds.Deployment, look), one(kinds.Service, keep), anyName(kinds.Service, ['create'])],
  cluster: [
    one(kinds.ConsolePlugin, keep),
    anyName(kinds.ConsolePlugin, ['create']),
    // In which versions OpenShift's console has its kind, and whether it has come at all.
    anyName(kinds.CustomResourceDefinition, look),
  ],
}
