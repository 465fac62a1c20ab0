import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'

const group = '/apis/admissionregistration.k8s.io/v1'
export const policies = `${group}/validatingadmissionpolicies`
export const bindings = `${group}/validatingadmissionpolicybindings`

/** Speaks of ConfigMaps that are made or changed. */
export const configMapRule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: ['configmaps'],
}

/** Only what is in the case's own namespace. */
const inNamespace = (api: CaseApi) => ({
  matchLabels: { 'kubernetes.io/metadata.name': api.namespace },
})

export interface PolicySpec {
  readonly name?: string
  readonly rules?: readonly object[]
  readonly validations?: readonly object[]
  /** Beside `resourceRules` and the selector of the namespace. */
  readonly constraints?: object
  readonly spec?: object
}

/** A policy for the case's namespace. */
export const policy = (
  api: CaseApi,
  { name = 'rule', rules = [configMapRule], validations = [], constraints = {}, spec = {} }: PolicySpec,
) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: api.unique(name) },
  spec: {
    matchConstraints: { resourceRules: rules, namespaceSelector: inNamespace(api), ...constraints },
    validations,
    ...spec,
  },
})

/** What puts a policy in force. */
export const binding = (api: CaseApi, name = 'rule', spec: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: api.unique(name) },
  spec: { policyName: api.unique(name), validationActions: ['Deny'], ...spec },
})

export const configMap = (name: string, data: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
})

const attempts = 300

/** Repeats a request, which is not recorded, until its answer is as it has to be: servers hear of policies a little later. */
export const until = async (
  ask: () => Promise<Answer>,
  isThere: (answer: Answer) => boolean,
): Promise<void> => {
  let last = ''
  for (let attempt = 0; attempt < attempts; attempt++) {
    const answer = await ask()
    if (isThere(answer)) return
    last = answer.text
    await new Promise((resolve) => void setTimeout(resolve, 50))
  }
  throw new Error(`what was waited for did not come; last ${last.slice(0, 500)}`)
}

export const dryRun = (path: string): string => `${path}?dryRun=All`

/** Waits until a ConfigMap named `probe` is refused, which a validation of the policy has to do. */
const inForce = (api: CaseApi, metadata: object = {}): Promise<void> =>
  until(
    () => api.ask('POST', dryRun(api.in('configmaps')), configMap('probe', {}, metadata)),
    ({ text }) => text.includes('in force'),
  )

/** Refuses `probe`. */
const probe = { expression: "request.name != 'probe'", message: 'in force' }

export interface Enforced extends PolicySpec {
  readonly binding?: object
  /** Metadata of the ConfigMap that is tried. */
  readonly probe?: object
}

/** Makes a policy that refuses `probe` too, and a binding, and waits until they are in force. */
export const enforce = async (api: CaseApi, wanted: Enforced): Promise<void> => {
  const { validations = [], name = 'rule' } = wanted
  ;(
    await api.post(policies, policy(api, { ...wanted, validations: [probe, ...validations] }), {
      show: () => 'a policy',
    })
  ).is(201)
  ;(await api.post(bindings, binding(api, name, wanted.binding), { show: () => 'a binding' })).is(201)
  await inForce(api, wanted.probe)
}
