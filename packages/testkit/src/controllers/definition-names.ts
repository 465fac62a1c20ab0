import type { KubeObject } from '../kube-object.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import { approvalOf } from '../strategies/api-approval.ts'
import type { Approval } from '../strategies/api-approval.ts'
import { isEstablished } from '../resources/established.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { serverOptions } from './controller.ts'

const table = 'apiextensions.k8s.io/customresourcedefinitions'

interface Verdict {
  readonly accepted: Record<string, unknown>
  readonly reason: string
  readonly message: string
}

interface Taken {
  readonly resources: ReadonlySet<string>
  readonly kinds: ReadonlySet<string>
}

const textsAt = (names: Record<string, unknown>, field: string): string[] =>
  listAt(names, field).filter((name) => typeof name === 'string')

/** The names that other definitions of the group have. */
const takenBy = (others: readonly KubeObject[]): Taken => {
  const names = others.map((other) => recordAt(other, 'status', 'acceptedNames'))
  return {
    resources: new Set(
      names.flatMap((each) => [
        textAt(each, 'plural'),
        textAt(each, 'singular'),
        ...textsAt(each, 'shortNames'),
      ]),
    ),
    kinds: new Set(names.flatMap((each) => [textAt(each, 'kind'), textAt(each, 'listKind')])),
  }
}

/** Accepts what nobody else has; the reason is that of the last conflict. */
const judge = (definition: KubeObject, { resources, kinds }: Taken): Verdict => {
  const wanted = recordAt(definition, 'spec', 'names')
  const accepted: Record<string, unknown> = { ...recordAt(definition, 'status', 'acceptedNames') }
  let reason = 'NoConflicts'
  let message = 'no conflicts found'
  const accept = (field: string, taken: ReadonlySet<string>, why: string): void => {
    const names = field === 'shortNames' ? textsAt(wanted, field) : [textAt(wanted, field)]
    const known = [accepted[field]].flat()
    const conflicts = names.filter((name) => name !== '' && !known.includes(name) && taken.has(name))
    if (conflicts.length > 0) {
      reason = why
      message = conflicts.map((name) => `${JSON.stringify(name)} is already in use`).join(', ')
    } else if (wanted[field] === undefined) delete accepted[field]
    else accepted[field] = wanted[field]
  }
  accept('plural', resources, 'PluralConflict')
  accept('singular', resources, 'SingularConflict')
  accept('shortNames', resources, 'ShortNamesConflict')
  accept('kind', kinds, 'KindConflict')
  accept('listKind', kinds, 'ListKindConflict')
  if (wanted['categories'] === undefined) delete accepted['categories']
  else accepted['categories'] = wanted['categories']
  return { accepted, reason, message }
}

const established = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
}
const notEstablished = {
  type: 'Established',
  status: 'False',
  reason: 'NotAccepted',
  message: 'not all names are accepted',
}

const approvalReasons: Readonly<Record<Approval['state'], string>> = {
  missing: 'MissingAnnotation',
  invalid: 'InvalidAnnotation',
  bypassed: 'UnapprovedAnnotation',
  approved: 'ApprovedAnnotation',
}

/** Of a definition in a group of Kubernetes. */
const approvalConditions = (definition: KubeObject): (typeof established)[] => {
  const approval = approvalOf(definition)
  if (approval === undefined) return []
  const { state, message } = approval
  return [
    {
      type: 'KubernetesAPIApprovalPolicyConformant',
      status: state === 'approved' ? 'True' : 'False',
      reason: approvalReasons[state],
      message,
    },
  ]
}

const statusOf = (definition: KubeObject, taken: Taken, timestamp: string): Record<string, unknown> => {
  const { accepted, reason, message } = judge(definition, taken)
  const isAccepted = reason === 'NoConflicts'
  const old = listAt(definition, 'status', 'conditions').filter(isJsonObject)
  const wasEstablished = isEstablished(definition)
  const now = [
    { type: 'NamesAccepted', status: isAccepted ? 'True' : 'False', reason, message },
    // once established, always so
    isAccepted || wasEstablished ? established : notEstablished,
    ...approvalConditions(definition),
  ].map((condition) => {
    const before = old.find(({ type }) => type === condition.type)
    const isSame = before?.['status'] === condition.status && before['reason'] === condition.reason
    return isSame ? before : { ...condition, lastTransitionTime: timestamp }
  })
  const others = old.filter(({ type }) => !now.some((condition) => condition['type'] === type))
  return { ...recordAt(definition, 'status'), acceptedNames: accepted, conditions: [...now, ...others] }
}

/** Writes which names of a definition are accepted, and whether it is established. */
export function* acceptNames(api: Api, name: string): Verb<void> {
  const resource = api.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
  const definition = api.store.get(table, '', name)?.read()
  if (resource === undefined || definition === undefined || definition.metadata.deletionTimestamp) return
  const group = textAt(definition, 'spec', 'group')
  const others = [...api.store.table(table).entries.values()]
    .filter((stored) => stored.name !== name)
    .map((stored) => stored.read())
    .filter((other) => textAt(other, 'spec', 'group') === group)
  const status = statusOf(definition, takenBy(others), timestampOf(api.clock.now()))
  if (jsonEqual(status, definition['status'])) return
  const target = { resource, namespace: '', name, subresource: 'status' }
  yield* changeObject(api, target, (old) => ({ ...old, status }), serverOptions)
}
