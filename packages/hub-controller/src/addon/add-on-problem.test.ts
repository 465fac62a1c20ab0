import type { ManagedClusterAddOn } from '@odfmo/api-types'
import { derived, evaluate, leave, staticCache, type State } from '@odfmo/controller-kit'
import { expect, test } from 'vitest'
import { addOnProblem, type AddOnProblem } from './add-on-problem.ts'
import { addOn, condition, everything, hub } from './test/hub-world.ts'

const problemOf = (
  addOns: readonly ManagedClusterAddOn[],
  registration: State = { is: 'present' },
): AddOnProblem | undefined => {
  let problem: AddOnProblem | undefined
  const asking = derived({
    name: 'asking',
    kind: hub.MirrorPeer,
    keys: [],
    wanted(_key, world) {
      problem = addOnProblem({ kinds: hub }, everything.parts, world, 'c1')
      return leave()
    },
  })
  evaluate(asking, { name: 'x' }, staticCache([[hub.ManagedClusterAddOn, addOns]]), {
    stateOf: () => registration,
  })
  return problem
}

const withConditions = (...conditions: readonly ReturnType<typeof condition>[]) => [
  addOn('c1', { status: { conditions } }),
]
const [registered, applied, available] = (
  ['RegistrationApplied', 'ManifestApplied', 'Available'] as const
).map((type) => condition(type, 'True')) as [
  ReturnType<typeof condition>,
  ReturnType<typeof condition>,
  ReturnType<typeof condition>,
]

test('an agent that lives is no problem', () => {
  expect(problemOf(withConditions(registered, applied, available))).toBeUndefined()
})

test.each<[reason: string, message: string, readonly ManagedClusterAddOn[], State?]>([
  ['NoAddOn', 'no ManagedClusterAddOn tokenexchange in namespace c1', []],
  ['NotAccepted', 'accept it', [addOn('c1')], { is: 'waiting', reason: 'NotAccepted', message: 'accept it' }],
  ['Forbidden', 'no right', [addOn('c1')], { is: 'failed', reason: 'Forbidden', message: 'no right' }],
  ['NoRegistrationApplied', 'has not registered', [addOn('c1')]],
  ['NoManifestApplied', 'work agent of c1', withConditions(registered)],
  ['NoAvailable', 'sign of life', withConditions(registered, applied)],
  [
    'AgentNotAvailable',
    'Available is False (ManagedClusterAddOnLeaseUpdateStopped): no lease',
    withConditions(
      registered,
      applied,
      condition('Available', 'False', 'ManagedClusterAddOnLeaseUpdateStopped', 'no lease'),
    ),
  ],
])('%s is said with what is missing and who brings it', (reason, message, addOns, state) => {
  const problem = problemOf(addOns, state)
  expect(problem).toMatchObject({ reason, pending: false })
  expect(problem?.message).toContain(message)
})

test('hosted mode is a refusal with its own reason: only a person can put it right', () => {
  const refused = condition('RegistrationApplied', 'False', 'SetPermissionFailed', 'hosted mode')
  const [given] = withConditions(refused)
  const hosted = {
    ...given,
    metadata: {
      ...given?.metadata,
      annotations: { 'addon.open-cluster-management.io/hosting-cluster-name': 'c9' },
    },
  } as ManagedClusterAddOn
  expect(problemOf([hosted])).toMatchObject({ reason: 'HostedMode' })
  expect(problemOf(withConditions(refused))).toMatchObject({ reason: 'RegistrationNotApplied' })
})

test('a message is quoted up to an end: the klusterlet writes it, and each MirrorPeer of the cluster says it', () => {
  const long = condition('Available', 'False', 'R', 'x'.repeat(30_000))
  expect(problemOf(withConditions(registered, applied, long))?.message).toHaveLength(2_000)
})

test('what has not been looked at yet is pending, not a problem', () => {
  expect(problemOf([addOn('c1')], { is: 'pending', message: 'not yet' })?.pending).toBe(true)
})
