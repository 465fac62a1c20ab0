import type { Cluster, KindRef, ObjectKey } from '../cluster.ts'
import { differenceLines, missingLines } from '../difference-text.ts'
import { eventually } from '../eventually.ts'
import type { EventuallyOptions } from '../eventually.ts'
import { isJsonObject, listAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { sameState } from '../same-state.ts'
import type { SameStateOptions } from '../same-state.ts'
import type { Snapshot } from '../snapshot.ts'

interface Envelope {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: { readonly name?: string; readonly namespace?: string }
}

/** An object, or some of its fields: apiVersion, kind, `metadata.name`, and whatever else it must have. */
export type ExpectedObject = Envelope | (Envelope & { readonly [field: string]: unknown })

/** What a condition must be, `True` when nothing is said, and how long is waited for it. */
export interface ExpectedCondition extends EventuallyOptions {
  readonly status?: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
}

interface Sought {
  readonly ref: KindRef
  readonly key: ObjectKey
  /** `ConfigMap default/a in hub` */
  readonly title: string
}

/** Where to look. Throws a TypeError when the object does not say it. */
const soughtOf = (
  cluster: Cluster,
  { apiVersion, kind, metadata: { name, namespace } }: ExpectedObject,
): Sought => {
  if (!apiVersion || !kind || !name)
    throw new TypeError('expected an object with apiVersion, kind and metadata.name, to look for it')
  const isInNamespace = namespace !== undefined
  return {
    ref: { apiVersion, kind },
    key: { name, ...(isInNamespace ? { namespace } : {}) },
    title: `${kind} ${isInNamespace ? `${namespace}/` : ''}${name} in ${cluster.name}`,
  }
}

const fail = (title: string, lines: readonly string[]): never => {
  throw new Error([title, ...lines].join('\n  '))
}

const problemsOf = (wanted: ExpectedObject, found: KubeObject | undefined): string[] =>
  found === undefined ? ['is not there'] : missingLines(JSON.parse(JSON.stringify(wanted)), found)

/**
 * Waits until the object is there and has every field that `wanted` says (it may have more; lists are compared whole);
 * resolves with it. Rejects with EventuallyError, which tells what differed last.
 */
export const waitForObject = async (
  cluster: Cluster,
  wanted: ExpectedObject,
  options?: EventuallyOptions,
): Promise<KubeObject> => {
  const { ref, key, title } = soughtOf(cluster, wanted)
  return eventually(
    cluster,
    async () => {
      const found = await cluster.get(ref, key)
      const problems = problemsOf(wanted, found)
      return problems.length === 0 && found !== undefined ? found : fail(`expected ${title}`, problems)
    },
    options,
  )
}

/** Waits until there is no such object, or none that has every field that `wanted` says. */
export const waitForNoObject = async (
  cluster: Cluster,
  wanted: ExpectedObject,
  options?: EventuallyOptions,
): Promise<void> => {
  const { ref, key, title } = soughtOf(cluster, wanted)
  await eventually(
    cluster,
    async () => {
      const found = await cluster.get(ref, key)
      if (problemsOf(wanted, found).length > 0) return
      const { deletionTimestamp, finalizers = [] } = found?.metadata ?? {}
      const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`
      fail(`expected no ${title}`, [
        deletionTimestamp === undefined ? 'nobody deleted it' : `it is being deleted${held}`,
      ])
    },
    options,
  )
}

/**
 * Waits until the object's `status.conditions` has one of this type that is as wanted, and, when it says which
 * generation it is of, of this one; resolves with the object.
 */
export const waitForCondition = async (
  cluster: Cluster,
  object: ExpectedObject,
  type: string,
  wanted: ExpectedCondition | 'True' | 'False' | 'Unknown' = 'True',
): Promise<KubeObject> => {
  const { ref, key, title: whose } = soughtOf(cluster, object)
  const { timeoutMs, ...said }: ExpectedCondition = typeof wanted === 'string' ? { status: wanted } : wanted
  const expected = { status: 'True', ...said }
  const title = `expected condition ${type} of ${whose}`
  return eventually(
    cluster,
    async () => {
      const found = await cluster.get(ref, key)
      if (found === undefined) return fail(title, ['the object is not there'])
      const conditions = listAt(found, 'status', 'conditions')
      const condition = conditions.find((one) => textAt(one, 'type') === type)
      if (!isJsonObject(condition)) {
        const types = conditions.map((one) => textAt(one, 'type')).join(', ')
        return fail(title, [types === '' ? 'it has no conditions' : `it has ${types}`])
      }
      const { observedGeneration } = condition
      const { generation } = found.metadata
      if (typeof observedGeneration === 'number' && observedGeneration < (generation ?? 0))
        return fail(title, [`it is of generation ${observedGeneration}, the object of ${generation}`])
      const problems = missingLines(expected, condition)
      const message = `message: ${JSON.stringify(condition['message'] ?? '')}`
      return problems.length === 0 ? found : fail(title, [...problems, message])
    },
    timeoutMs === undefined ? {} : { timeoutMs },
  )
}

/** Waits until the cluster has the state of a snapshot, as `sameState` compares. */
export const waitForState = async (
  cluster: Cluster,
  wanted: Snapshot,
  { timeoutMs, ...compared }: EventuallyOptions & SameStateOptions = {},
): Promise<void> => {
  await eventually(
    cluster,
    async () => {
      const differences = sameState(wanted, await cluster.snapshot(), compared)
      if (differences.length > 0)
        fail(`expected the state of the snapshot in ${cluster.name}`, differenceLines(differences))
    },
    { timeoutMs },
  )
}
