import { isJsonObject, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { pathSegmentProblems } from '../verbs/names.ts'
import { conditionsOf, signingRequestChangeErrors, signingRequestErrors } from './signing-request-errors.ts'

/** The decisions of `old` in the places of those in `csr`, as long as there are as many: `status` cannot change them. */
const withOldDecisions = (csr: KubeObject, old: KubeObject): unknown[] => {
  const kept = new Map(['Approved', 'Denied'].map((type) => [type, conditionsOf(old, type)]))
  const given = new Map([...kept.keys()].map((type) => [type, conditionsOf(csr, type).length]))
  return conditionsOf(csr).map((condition) => {
    const type = textAt(condition, 'type')
    const before = kept.get(type) ?? []
    return before.length === given.get(type) ? (before.shift() ?? condition) : condition
  })
}

/** Conditions without times get them: the transition is that of the old one of the same type and status. */
const stampConditions = (csr: KubeObject, old: KubeObject, timestamp: string): void => {
  for (const condition of conditionsOf(csr).filter(isJsonObject)) {
    const same = conditionsOf(old, textAt(condition, 'type')).find(
      (before) => textAt(before, 'status') === textAt(condition, 'status'),
    )
    condition['lastUpdateTime'] ??= timestamp
    condition['lastTransitionTime'] ??= textAt(same, 'lastTransitionTime') || timestamp
  }
}

/** Approval decides, signing fills in: each path keeps what the other one writes. */
const divided = (csr: KubeObject, old: KubeObject, subresource: string, timestamp: string): void => {
  csr['spec'] = old['spec']
  const { certificate } = recordAt(old, 'status')
  const status: Record<string, unknown> = { ...recordAt(csr, 'status') }
  if (subresource === '') csr['status'] = recordAt(old, 'status')
  if (subresource === 'approval') csr['status'] = { ...status, certificate }
  if (subresource === 'status') {
    csr['status'] = status
    const conditions = withOldDecisions(csr, old)
    csr['status'] = { ...status, conditions }
  }
  if (subresource !== '') stampConditions(csr, old, timestamp)
  const written = recordAt(csr, 'status')
  if (written['certificate'] === undefined) delete written['certificate']
  if (conditionsOf(csr).length === 0) delete written['conditions']
}

export const certificateSigningRequestStrategy: Strategy = {
  validateName: pathSegmentProblems,
  prepareCreate(csr, { identity }) {
    const { username: _user, uid: _uid, groups: _groups, extra: _extra, ...asked } = recordAt(csr, 'spec')
    csr['spec'] = {
      ...asked,
      username: identity.user,
      groups: identity.groups,
      ...(identity.uid === undefined ? {} : { uid: identity.uid }),
      ...(identity.extra === undefined ? {} : { extra: identity.extra }),
    }
    csr['status'] = {}
  },
  prepareUpdate: (csr, old, { subresource, timestamp }) => divided(csr, old, subresource, timestamp),
  validateCreate: signingRequestErrors,
  validateUpdate: (csr, old, { subresource }) => signingRequestChangeErrors(csr, old, subresource),
}
