import { contract } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import { hubRbac, merged } from './rbac.ts'

describe('what the hub controller is allowed', () => {
  const [, clusterRole, , role] = hubRbac('openshift-operators')

  it('names no wildcard, and neither bind nor escalate nor impersonate', () => {
    const words = [clusterRole, role].flatMap(({ rules = [] }) =>
      rules.flatMap(({ apiGroups = [], resources = [], verbs }) => [...apiGroups, ...resources, ...verbs]),
    )
    for (const word of ['*', 'bind', 'escalate', 'impersonate']) expect(words).not.toContain(word)
  })

  it('covers leases and Ramen’s config in its own namespace only', () => {
    const resources = (clusterRole.rules ?? []).flatMap((rule) => rule.resources ?? [])
    expect(resources).not.toContain('configmaps')
    expect(resources).not.toContain('leases')
    expect(role.rules).toContainEqual(
      expect.objectContaining({ resources: ['leases'], resourceNames: [contract.hubLease] }),
    )
  })

  it('says each thing once', () => {
    expect(
      merged([
        { apiGroups: [''], resources: ['a', 'b'], verbs: ['get'] },
        { apiGroups: [''], resources: ['a'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['a'], resourceNames: ['x'], verbs: ['delete'] },
      ]),
    ).toEqual([
      { apiGroups: [''], resources: ['a'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['b'], verbs: ['get'] },
      { apiGroups: [''], resources: ['a'], resourceNames: ['x'], verbs: ['delete'] },
    ])
  })
})
