import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '@odfmo/api-types'
import type { State } from '@odfmo/controller-kit'
import { describe, expect, test } from 'vitest'
import { golden } from './test/golden.ts'
import {
  addOn,
  ask,
  binding,
  hub,
  managedCluster,
  mirrorPeer,
  objectOf,
  rule,
  twoClusters,
} from './test/hub-world.ts'

const name = 'open-cluster-management:token-exchange:agent'
const key = { namespace: 'c1', name }
const group = (cluster: string): string =>
  `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`
const tokenAddOn = (cluster: string) => addOn(cluster, { status: { kubeClientDriver: 'token' } })

describe.each(['agent-role', 'agent-role-binding'])('%s', (part) => {
  const kind = part === 'agent-role' ? hub.AgentRole : hub.AgentRoleBinding

  test('is there for a cluster that a MirrorPeer holds', () => {
    expect(ask(part, key, twoClusters()).is).toBe('present')
    expect(ask(part, key, twoClusters({ addOns: [] })).is).toBe('present')
  })

  test('stays while a deleting MirrorPeer waits for its agents', () => {
    const peers = [mirrorPeer(['c1', 'c2'], { deletionTimestamp: '2026-01-01T00:00:00Z' })]
    expect(ask(part, key, twoClusters({ peers })).is).toBe('present')
  })

  test('goes when nobody holds the cluster', () => {
    expect(ask(part, key, twoClusters({ peers: [] })).is).toBe('absent')
    expect(ask(part, key, twoClusters({ peers: [mirrorPeer(['c1', 'c2'], { finalizers: [] })] })).is).toBe(
      'absent',
    )
    expect(ask(part, { ...key, namespace: 'c3' }, twoClusters()).is).toBe('absent')
  })

  test('is neither made nor repaired for a cluster that goes', () => {
    const going = {
      ...managedCluster('c1'),
      metadata: { name: 'c1', deletionTimestamp: '2026-01-01T00:00:00Z' },
    }
    expect(ask(part, key, twoClusters({ clusters: [going] })).is).toBe('leave')
    expect(ask(part, key, twoClusters({ clusters: [] })).is).toBe('leave')
  })

  test('is found by MirrorPeers and by itself', () => {
    const [byPeer, byItself] = rule(part).keys
    expect(byPeer?.keys(mirrorPeer(['c1', 'c2']))).toEqual([key, { ...key, namespace: 'c2' }])
    expect(byItself?.of).toBe(kind)
    expect(byItself?.keys({ metadata: { namespace: 'c9', name } })).toEqual([{ namespace: 'c9', name }])
    expect(byItself?.keys({ metadata: { namespace: 'c9', name: 'other' } })).toEqual([])
  })
})

describe.each([
  ['agent-role-binding', key, 'agent-role'],
  ['agent-cluster-role-binding', { name }, 'agent-cluster-role'],
] as const)('%s', (part, of, role) => {
  test('waits for its role: before that the server refuses it', () => {
    const waits = (state: State) => ask(part, of, twoClusters(), { states: { [role]: state } })
    for (const is of ['pending', 'writing'] as const) {
      expect(waits({ is, message: '' })).toMatchObject({ is: 'waiting', reason: 'RolePending' })
    }
    expect(waits({ is: 'present' }).is).toBe('present')
  })

  test('waits while what is left as it is is nothing, and no longer', () => {
    const left = { states: { [role]: { is: 'left' } } } as const
    const live = [[rule(role).kind, [{ metadata: of }]]] as const
    expect(ask(part, of, twoClusters(), left)).toMatchObject({
      is: 'waiting',
      reason: 'RolePending',
      message: `waiting for ${role} ${name}: it is not there`,
    })
    expect(ask(part, of, [...twoClusters(), ...live], left).is).toBe('present')
  })

  test('goes without waiting', () => {
    const states = { [role]: { is: 'writing', message: '' } } as const
    expect(ask(part, of, twoClusters({ peers: [] }), { states }).is).toBe('absent')
  })
})

describe('rights of an agent on the hub', () => {
  test('in its namespace: what the original’s had, without writing add-ons', () => {
    const { rules } = objectOf<Role>(ask('agent-role', key, twoClusters()))
    const original = golden<Role>('roles__cluster1__open-cluster-management.token-exchange.agent').rules
    expect(rules?.[0]).toEqual(original?.[0])
    expect(rules?.slice(1)).toEqual([
      {
        apiGroups: ['addon.open-cluster-management.io'],
        resources: ['managedclusteraddons'],
        verbs: ['get', 'list', 'watch'],
      },
    ])
  })

  test('the binding is the original’s', () => {
    const original = golden<RoleBinding>(
      'rolebindings__cluster1__open-cluster-management.token-exchange.agent',
    )
    const { roleRef, subjects } = objectOf<RoleBinding>(
      ask(
        'agent-role-binding',
        { ...key, namespace: 'cluster1' },
        twoClusters({
          peers: [mirrorPeer(['cluster1', 'cluster2'])],
          clusters: [managedCluster('cluster1')],
        }),
      ),
    )
    expect({ roleRef, subjects }).toEqual({ roleRef: original.roleRef, subjects: original.subjects })
  })

  test('on MirrorPeers: read, and write with patch or update; on secrets of other clusters: none', () => {
    const { rules } = objectOf<ClusterRole>(ask('agent-cluster-role', { name }, twoClusters()))
    expect(rules).toEqual([
      {
        apiGroups: ['multicluster.odf.openshift.io'],
        resources: ['mirrorpeers'],
        verbs: ['get', 'list', 'watch', 'update', 'patch'],
      },
    ])
    expect(ask('agent-cluster-role', { name }, twoClusters({ peers: [] })).is).toBe('absent')
  })

  test('with the token driver are the service account’s only', () => {
    const contents = twoClusters({ addOns: [tokenAddOn('c1'), addOn('c2')] })
    const user = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'User',
      name: 'system:serviceaccount:c1:tokenexchange-agent',
    }
    expect(objectOf<RoleBinding>(ask('agent-role-binding', key, contents)).subjects).toEqual([user])
    const { subjects } = objectOf<ClusterRoleBinding>(ask('agent-cluster-role-binding', { name }, contents))
    expect(subjects?.[0]).toEqual(user)
    expect(subjects).toHaveLength(3)
  })

  test('are never taken from status.registrations', () => {
    const forged = addOn('c1', {
      status: {
        registrations: [
          {
            signerName: 'kubernetes.io/kube-apiserver-client',
            subject: { user: 'evil', groups: ['system:masters'] },
          },
        ],
      },
    })
    const contents = twoClusters({ addOns: [forged, addOn('c2')] })
    expect(JSON.stringify(ask('agent-role-binding', key, contents))).not.toMatch(/evil|masters/)
    expect(JSON.stringify(ask('agent-cluster-role-binding', { name }, contents))).not.toMatch(/evil|masters/)
  })
})

describe('the agents’ ClusterRoleBinding', () => {
  const subjectsOf = (contents: Parameters<typeof ask>[2]): readonly string[] =>
    objectOf<ClusterRoleBinding>(ask('agent-cluster-role-binding', { name }, contents)).subjects?.map(
      (subject) => subject.name,
    ) ?? []

  test('names the agents of all clusters that a MirrorPeer holds, once and in order', () => {
    const peers = [mirrorPeer(['c2', 'c1']), mirrorPeer(['c1', 'c3'])]
    expect(subjectsOf(twoClusters({ peers }))).toEqual(
      ['c1', 'c2', 'c3'].flatMap((cluster) => [`${group(cluster)}:agent:tokenexchange`, group(cluster)]),
    )
  })

  test('is the original’s for one cluster', () => {
    const original = golden<ClusterRoleBinding>(
      'clusterrolebindings__open-cluster-management.token-exchange.agent',
    )
    const binding = objectOf<ClusterRoleBinding>(
      ask(
        'agent-cluster-role-binding',
        { name },
        twoClusters({ peers: [mirrorPeer(['cluster1', 'cluster2'])] }),
      ),
    )
    expect(binding.roleRef).toEqual(original.roleRef)
    expect(binding.subjects).toEqual(expect.arrayContaining([...(original.subjects ?? [])]))
  })

  test('forgets a cluster that nobody holds any more', () => {
    const peers = [mirrorPeer(['c1', 'c2']), mirrorPeer(['c1', 'c3'], { finalizers: [] })]
    expect(subjectsOf(twoClusters({ peers }))).not.toContain(group('c3'))
  })

  test('neither drops nor takes a cluster whose MirrorPeer is only starting', () => {
    const starting = { ...mirrorPeer(['c1', 'c3'], { finalizers: [] }) }
    const peers = [
      mirrorPeer(['c2', 'c4']),
      { ...starting, metadata: { ...starting.metadata, annotations: { test: 'starting' } } },
    ]
    const names = subjectsOf(twoClusters({ peers, binding: binding(['c1', 'c2']) }))
    expect(names).toContain(`${group('c1')}:agent:tokenexchange`)
    expect(names).not.toContain(`${group('c3')}:agent:tokenexchange`)
    expect(ask('agent-role', key, twoClusters({ peers })).is).toBe('leave')
    expect(ask('agent-cluster-role', { name }, twoClusters({ peers: peers.slice(1) })).is).toBe('leave')
  })

  test('goes with the last one', () => {
    expect(ask('agent-cluster-role-binding', { name }, twoClusters({ peers: [] })).is).toBe('absent')
  })
})

describe('the original’s spoke-clusterrole-bindings', () => {
  const original = golden<ClusterRoleBinding>('clusterrolebindings__spoke-clusterrole-bindings')
  const part = 'original-cluster-role-binding'
  const itsKey = { name: 'spoke-clusterrole-bindings' }
  const contents = twoClusters({ others: [[hub.OriginalClusterRoleBinding, [original]]] })

  test('goes when ours stands', () => {
    expect(ask(part, itsKey, contents).is).toBe('absent')
    expect(rule(part).ours?.(original, itsKey)).toBe(true)
  })

  test('stays until then', () => {
    const states = { 'agent-cluster-role-binding': { is: 'writing', message: '' } } as const
    expect(ask(part, itsKey, contents, { states })).toMatchObject({
      is: 'waiting',
      reason: 'ReplacementPending',
    })
  })

  test('of somebody else is left alone', () => {
    const other = { ...original, roleRef: { ...original.roleRef, name: 'view' } }
    expect(ask(part, itsKey, twoClusters({ others: [[hub.OriginalClusterRoleBinding, [other]]] })).is).toBe(
      'leave',
    )
    expect(rule(part).ours?.(other, itsKey)).toBe(false)
  })
})
