import { ApiError, badRequest, forbidden } from '../api-error.ts'
import type { Status } from '../api-error.ts'
import { serverOptions } from '../controllers/controller.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { matchesSelectorObject } from '../selectors/selector-object.ts'
import { mutated, validated } from '../verbs/admission.ts'
import { timestampOf } from '../verbs/api.ts'
import type { Api, Target, WriteOptions } from '../verbs/api.ts'
import { decodeObject, noObject } from '../verbs/decode-object.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { readObject } from '../verbs/read-object.ts'
import { changeObject } from '../verbs/update-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { readDeleteOptions } from './read-delete-options.ts'

const evictionKind = { group: 'policy', version: 'v1', kind: 'Eviction' }
const budgets = 'policy/poddisruptionbudgets'
/** Seconds after which a client asks again, while nobody has worked on the budget. */
const retryAfterSeconds = 10

const numberAt = (object: KubeObject, field: string): number => {
  const value = recordAt(object, 'status')[field]
  return typeof value === 'number' ? value : 0
}

const conditionOf = (object: KubeObject, type: string): unknown =>
  listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type)

const tooMany = (message: string, seconds?: number): ApiError =>
  new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  })

const whyNot = (name: string, budget: KubeObject): string => {
  const condition = conditionOf(budget, 'DisruptionAllowed')
  const [status, reason, message] = ['status', 'reason', 'message'].map((field) => textAt(condition, field))
  const isExplained = status === 'False' && message !== ''
  if (isExplained && reason === 'SyncFailed')
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${message ?? ''}`
  const [healthy, needed] = [numberAt(budget, 'currentHealthy'), numberAt(budget, 'desiredHealthy')]
  if (healthy <= needed)
    return `The disruption budget ${name} needs ${needed} healthy pods and has ${healthy} currently`
  const why = isExplained ? ` (${reason ?? ''}): ${message ?? ''}` : ''
  return `The disruption budget ${name} does not allow evicting pods currently${why}`
}

/** Throws when a budget does not let a pod go. */
const checkBudget = (budget: KubeObject): void => {
  const { name = '', generation = 0 } = budget.metadata
  if (numberAt(budget, 'observedGeneration') < generation)
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, retryAfterSeconds)
  const allowed = numberAt(budget, 'disruptionsAllowed')
  if (allowed < 0)
    throw forbidden(
      { group: 'policy', plural: 'poddisruptionbudget' },
      name,
      'pdb disruptions allowed is negative',
    )
  if (allowed === 0) throw tooMany(whyNot(name, budget))
}

/** An unhealthy pod that its budget does not count. */
const isUncounted = (pod: KubeObject, budget: KubeObject): boolean => {
  if (textAt(conditionOf(pod, 'Ready'), 'status') === 'True') return false
  if (textAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true
  const needed = numberAt(budget, 'desiredHealthy')
  return needed > 0 && numberAt(budget, 'currentHealthy') >= needed
}

const isOver = (pod: KubeObject): boolean =>
  ['Succeeded', 'Failed', 'Pending'].includes(textAt(pod, 'status', 'phase')) ||
  pod.metadata.deletionTimestamp !== undefined

const budgetsOf = ({ store }: Api, pod: KubeObject): KubeObject[] => {
  const table = store.table(budgets)
  return table
    .sortedKeys()
    .flatMap((key) => table.get(key) ?? [])
    .filter(({ namespace }) => namespace === pod.metadata.namespace)
    .map((stored) => stored.read())
    .filter((budget) => {
      const { selector } = recordAt(budget, 'spec')
      return selector !== undefined && matchesSelectorObject(selector, pod.metadata.labels)
    })
}

/** The conditions of a budget that allows no more. */
const exhausted = (budget: KubeObject, lastTransitionTime: string): unknown[] => {
  const type = 'DisruptionAllowed'
  const known = conditionOf(budget, type)
  const since = textAt(known, 'status') === 'False' ? textAt(known, 'lastTransitionTime') : lastTransitionTime
  const { generation: observedGeneration } = budget.metadata
  const condition = {
    type,
    status: 'False',
    observedGeneration,
    lastTransitionTime: since,
    reason: 'InsufficientPods',
    message: '',
  }
  return [...listAt(budget, 'status', 'conditions').filter((each) => each !== known), condition]
}

/** Takes one from what a budget allows, for this pod. */
function* spend(api: Api, budget: KubeObject, podName: string): Verb<void> {
  const resource = api.registry.find('policy', 'v1', 'poddisruptionbudgets')
  if (resource === undefined) return
  const { name = '', namespace = '' } = budget.metadata
  yield* changeObject(
    api,
    { resource, namespace, name, subresource: 'status' },
    (old) => {
      const timestamp = timestampOf(api.clock.now())
      const left = numberAt(old, 'disruptionsAllowed') - 1
      return {
        ...old,
        status: {
          ...recordAt(old, 'status'),
          disruptionsAllowed: left,
          disruptedPods: { ...recordAt(old, 'status', 'disruptedPods'), [podName]: timestamp },
          ...(left === 0 ? { conditions: exhausted(old, timestamp) } : {}),
        },
      }
    },
    serverOptions,
  )
}

const evicting = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
}

/** Whoever looks at the pod while it ends sees why. */
function* mark(api: Api, target: Target): Verb<void> {
  yield* changeObject(
    api,
    { ...target, subresource: 'status' },
    (old) => {
      const others = listAt(old, 'status', 'conditions').filter(
        (condition) => textAt(condition, 'type') !== evicting.type,
      )
      const condition = { ...evicting, lastProbeTime: null, lastTransitionTime: timestampOf(api.clock.now()) }
      return { ...old, status: { ...recordAt(old, 'status'), conditions: [...others, condition] } }
    },
    // nobody owns it
    { ...serverOptions, isApplied: true },
  )
}

/** `POST …/pods/NAME/eviction`: deletes the pod if its disruption budget lets it go. */
export function* evict(api: Api, target: Target, body: unknown, options: WriteOptions): Verb<Status> {
  if (!isJsonObject(body)) throw noObject('Eviction', body)
  const typed = { name: 'policy.Eviction', json: api.typedJson }
  const sent = decodeObject(evictionKind, typed, body, { options })
  const write = { target, operation: 'CREATE', old: undefined, options } as const
  const eviction = yield* mutated(api.chain, { ...write, object: sent })
  if ((eviction.metadata.name ?? '') !== target.name)
    throw badRequest('name in URL does not match name in Eviction object')
  yield* validated(api.chain, { ...write, object: eviction })
  // who had a word in the eviction has none in what follows from it
  const unasked: Api = { ...api, chain: { ...api.chain, mutating: [], validating: [] } }
  const deletion = readDeleteOptions(new URLSearchParams(), eviction['deleteOptions'] ?? {})
  const dryRun = options.dryRun || deletion.dryRun
  const pods = { ...target, subresource: '' }
  const pod = readObject(api, pods).read()
  if (!isOver(pod)) {
    const found = budgetsOf(api, pod)
    if (found.length > 1)
      throw new ApiError(
        500,
        '',
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      )
    const [budget] = found
    if (budget !== undefined && !isUncounted(pod, budget)) {
      checkBudget(budget)
      if (!dryRun) yield* spend(api, budget, target.name)
    }
  }
  if (!dryRun) yield* mark(unasked, pods)
  yield* deleteObject(unasked, pods, deletion, { ...options, dryRun })
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
}
