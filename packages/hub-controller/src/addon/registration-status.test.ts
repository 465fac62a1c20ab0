import type { ManagedClusterAddOn, RegistrationConfig } from '@odfmo/api-types'
import { describe, expect, test } from 'vitest'
import { registrationStatus, type RegistrationInput } from './registration-status.ts'
import { registrationsFor } from './registrations.ts'
import { golden } from './test/golden.ts'
import { addOn, condition } from './test/hub-world.ts'

const group = 'system:open-cluster-management:cluster:c1:addon:tokenexchange'
const signerName = 'kubernetes.io/kube-apiserver-client'
const user = `${group}:agent:tokenexchange`
const tokenUser = 'system:serviceaccount:c1:tokenexchange-agent'
const addOnGroup = 'system:open-cluster-management:addon:tokenexchange'
const entry = (more: RegistrationConfig['subject'] = {}): RegistrationConfig => ({
  signerName,
  subject: { user, groups: [group, addOnGroup, 'system:authenticated'], ...more },
})
const now = '2026-11-21T10:00:00Z'
const statusOf = (given: ManagedClusterAddOn, more: Partial<RegistrationInput> = {}) =>
  registrationStatus({ cluster: 'c1', addOn: given, now, ...more })
const find = (status: ManagedClusterAddOn['status'], type: string) =>
  status?.conditions?.find((c) => c.type === type)

describe('status.registrations', () => {
  test('names user and groups in the original’s order, to the byte', () => {
    expect(JSON.stringify(registrationsFor('c1', 'csr'))).toBe(
      JSON.stringify({
        is: 'registered',
        entries: [{ signerName, subject: { groups: entry().subject?.groups, user } }],
      }),
    )
  })

  test.each<[string, RegistrationConfig]>([
    ['in our order', entry()],
    ['in another order', entry({ groups: ['system:authenticated', addOnGroup, group] })],
    ['without the third group', entry({ groups: [group, addOnGroup] })],
    ['with the per-cluster group alone', entry({ groups: [group] })],
  ])('an entry of our agent %s is kept byte for byte', (_what, existing) => {
    expect(registrationsFor('c1', 'csr', [existing])).toEqual({ is: 'registered', entries: [existing] })
    expect(registrationsFor('c1', 'csr', [existing])).toMatchObject({ entries: [existing] })
  })

  test.each<[string, RegistrationConfig]>([
    [
      'of another cluster',
      entry({ user: user.replaceAll('c1', 'c2'), groups: [group.replaceAll('c1', 'c2')] }),
    ],
    ['of an administrator', entry({ user: 'system:admin' })],
    ['with a group of power', entry({ groups: [group, 'system:masters'] })],
    ['without the per-cluster group', entry({ groups: [addOnGroup] })],
    ['with organisational units', entry({ organizationUnit: ['x'] })],
    [
      'of another service account',
      { signerName, subject: { user: 'system:serviceaccount:c2:tokenexchange-agent' } },
    ],
    [
      'of a service account with groups',
      { signerName, subject: { user: tokenUser, groups: ['system:masters'] } },
    ],
    ['for another signer', { ...entry(), signerName: 'example.com/signer' }],
  ])('a subject %s is refused, whatever the driver', (_what, foreign) => {
    expect(registrationsFor('c1', 'csr', [foreign]).is).toBe('foreign')
    expect(registrationsFor('c1', 'token', [foreign]).is).toBe('foreign')
    expect(registrationsFor('c1', 'csr', [entry(), foreign]).is).toBe('foreign')
  })

  test('a token subject beside which a klusterlet left the groups of the certificate is kept byte for byte', () => {
    // Newer klusterlets change the user alone.
    const written = entry({ user: tokenUser })
    expect(registrationsFor('c1', 'token', [written])).toEqual({ is: 'registered', entries: [written] })
    expect(registrationsFor('c1', 'csr', [written])).toEqual({ is: 'registered', entries: [entry()] })
  })

  test('of several entries of ours the one of the driver is kept', () => {
    const written = { signerName, subject: { user: tokenUser } }
    const mine = entry({ groups: [group, addOnGroup] })
    expect(registrationsFor('c1', 'csr', [written, mine])).toEqual({ is: 'registered', entries: [mine] })
    expect(registrationsFor('c1', 'token', [mine, written])).toEqual({ is: 'registered', entries: [written] })
  })

  test('with the token driver the klusterlet’s subject is kept, and waited for', () => {
    const written = { signerName, subject: { user: tokenUser } }
    expect(registrationsFor('c1', 'token', [written])).toEqual({ is: 'registered', entries: [written] })
    expect(registrationsFor('c1', 'token')).toEqual({ is: 'pending', entries: [{ signerName }] })
    expect(registrationsFor('c1', 'token', [entry()])).toEqual({ is: 'pending', entries: [{ signerName }] })
    expect(registrationsFor('c1', 'csr', [written])).toMatchObject({
      is: 'registered',
      entries: [{ subject: { user } }],
    })
  })
})

describe('the add-on’s status', () => {
  test('of a new add-on', () => {
    expect(statusOf(addOn('c1'))).toEqual({
      supportedConfigs: [{ group: 'addon.open-cluster-management.io', resource: 'addondeploymentconfigs' }],
      registrations: [entry()],
      namespace: 'storage',
      conditions: [
        {
          type: 'RegistrationApplied',
          status: 'True',
          reason: 'SetPermissionApplied',
          message: 'Registration of the addon agent is configured',
          lastTransitionTime: now,
        },
      ],
    })
  })

  test('on a hub that does not keep status.namespace is without it', () => {
    expect(statusOf(addOn('c1'), { keepsNamespace: false })).not.toHaveProperty('namespace')
  })

  test('computed again is the same, later too', () => {
    const status = statusOf(addOn('c1'), { applied: { status: 'True', message: '' } })
    const again = statusOf(addOn('c1', { status: status }), {
      applied: { status: 'True', message: '' },
      now: 'later',
    })
    expect(again).toEqual(status)
  })

  test('keeps everybody else’s conditions and fields', () => {
    const others = [
      condition('Available', 'True'),
      condition('Configured', 'False'),
      condition('Progressing', 'False'),
    ]
    const status = {
      conditions: others,
      healthCheck: { mode: '' },
      configReferences: [{ resource: 'x' }],
      kubeClientDriver: 'csr',
    }
    const next = statusOf(addOn('c1', { status }), { applied: { status: 'True', message: '' } })
    expect(next).toMatchObject({
      healthCheck: { mode: '' },
      configReferences: [{ resource: 'x' }],
      kubeClientDriver: 'csr',
    })
    expect(next.conditions?.slice(0, 3)).toEqual(others)
  })

  test('moves a condition’s time with its status only', () => {
    const old = {
      ...condition('RegistrationApplied', 'True', 'RegistrationConfigured'),
      lastTransitionTime: 'then',
    }
    expect(
      find(statusOf(addOn('c1', { status: { conditions: [old] } })), 'RegistrationApplied'),
    ).toMatchObject({
      reason: 'SetPermissionApplied',
      lastTransitionTime: 'then',
    })
    const broken = statusOf(addOn('c1', { status: { conditions: [old] } }), { rbacFailed: 'forbidden' })
    expect(find(broken, 'RegistrationApplied')).toMatchObject({ status: 'False', lastTransitionTime: now })
  })

  test.each<[string, ManagedClusterAddOn, Partial<RegistrationInput>, [reason: string, message: string]]>([
    [
      'RBAC that failed',
      addOn('c1'),
      { rbacFailed: 'forbidden: no' },
      ['SetPermissionFailed', 'forbidden: no'],
    ],
    [
      'a refused mode',
      addOn('c1'),
      { refused: 'hosted mode is not supported' },
      ['SetPermissionFailed', 'hosted mode'],
    ],
    [
      'a foreign subject',
      addOn('c1', { status: { registrations: [entry({ user: 'root' })] } }),
      {},
      ['SetPermissionFailed', 'user "root"'],
    ],
    [
      'a token driver without subject',
      addOn('c1', { status: { kubeClientDriver: 'token' } }),
      {},
      ['PermissionConfigPending', 'token driver'],
    ],
  ])('says False for %s', (_what, given, more, [reason, message]) => {
    const status = statusOf(given, more)
    expect(find(status, 'RegistrationApplied')).toMatchObject({ status: 'False', reason })
    expect(find(status, 'RegistrationApplied')?.message).toContain(message)
  })

  test('never has a message that the server refuses for its length', () => {
    const given = addOn('c1', { status: { conditions: [condition('RegistrationApplied', 'True')] } })
    const status = statusOf(given, { applied: { status: 'False', message: 'x'.repeat(40_000) } })
    const { message = '' } = find(status, 'ManifestApplied') ?? {}
    expect(message).toHaveLength(2_000)
    expect(message).toMatch(/^the work agent could not apply the manifests: x+…$/)
  })

  test('leaves a foreign registration where it is', () => {
    const registrations = [entry({ user: 'root' })]
    expect(statusOf(addOn('c1', { status: { registrations } })).registrations).toEqual(registrations)
    expect(
      statusOf(addOn('c1', { status: { registrations: [entry()] } }), { rbacFailed: 'x' }).registrations,
    ).toEqual([entry()])
  })

  test.each<[string, Partial<RegistrationInput>, object | string]>([
    [
      'applied',
      { applied: { status: 'True', message: '' } },
      { status: 'True', reason: 'AddonManifestApplied' },
    ],
    [
      'not applied',
      { applied: { status: 'False', message: 'no' } },
      { status: 'False', reason: 'AddonManifestAppliedFailed' },
    ],
    [
      'not written',
      { workFailed: 'too big' },
      { status: 'False', reason: 'ManifestWorkApplyFailed', message: 'too big' },
    ],
    [
      'refused',
      { refused: 'hosted' },
      { status: 'False', reason: 'ManifestWorkApplyFailed', message: 'hosted' },
    ],
    ['not looked at', {}, 'none'],
  ])('ManifestApplied of a work that is %s', (_what, more, expected) => {
    const manifestApplied = find(statusOf(addOn('c1'), more), 'ManifestApplied')
    expect({ manifestApplied: manifestApplied ?? 'none' }).toMatchObject({ manifestApplied: expected })
  })

  test('a stale failure goes when the work is new, an old success stays', () => {
    const of = (status: 'True' | 'False') =>
      find(
        statusOf(addOn('c1', { status: { conditions: [condition('ManifestApplied', status)] } })),
        'ManifestApplied',
      )
    expect(of('False')).toBeUndefined()
    expect(of('True')).toBeDefined()
  })

  test.each(['cluster1', 'cluster2'])(
    'of the original’s add-on of %s keeps its registration to the byte',
    (cluster) => {
      const original = golden<ManagedClusterAddOn>(`managedclusteraddons__${cluster}__tokenexchange`)
      const status = registrationStatus({
        cluster,
        addOn: original,
        applied: { status: 'True', message: '' },
        now,
      })
      expect(JSON.stringify(status.registrations)).toBe(JSON.stringify(original.status?.registrations))
      expect(JSON.stringify(registrationsFor(cluster, 'csr'))).toBe(
        JSON.stringify({ is: 'registered', entries: original.status?.registrations }),
      )
      expect(
        status.conditions?.map(({ type, status: value, lastTransitionTime }) => [
          type,
          value,
          lastTransitionTime,
        ]),
      ).toEqual(
        original.status?.conditions?.map(({ type, status: value, lastTransitionTime }) => [
          type,
          value,
          lastTransitionTime,
        ]),
      )
    },
  )
})
