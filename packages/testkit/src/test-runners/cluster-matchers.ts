import { refuseOption } from '../check-option.ts'
import { waitForCondition, waitForNoObject, waitForObject, waitForState } from '../checks/wait-for-object.ts'
import type { ExpectedCondition, ExpectedObject } from '../checks/wait-for-object.ts'
import type { Cluster } from '../cluster.ts'
import { EventuallyError } from '../eventually.ts'
import type { EventuallyOptions } from '../eventually.ts'
import type { SameStateOptions } from '../same-state.ts'
import type { Snapshot } from '../snapshot.ts'

/** Throws a TypeError for what nothing can be waited for in. */
const checkCluster = (matcher: string, cluster: unknown): void => {
  const { get, onChange } = (cluster ?? {}) as Partial<Cluster>
  if (typeof get !== 'function' || typeof onChange !== 'function')
    refuseOption(`expect(…).${matcher}`, 'a cluster in expect', cluster)
}

interface Outcome {
  readonly pass: boolean
  readonly message: () => string
}

/** What `expect.extend` gives a matcher, as far as these need it. */
interface MatcherThis {
  readonly isNot: boolean
}

/** A wait is a matcher that passes when it resolves; what went wrong while waiting (no CRD) is no answer and is thrown. */
const outcomeOf = async (waited: Promise<unknown>, isNot: boolean): Promise<Outcome> => {
  try {
    await waited
    return { pass: !isNot, message: () => '' }
  } catch (error) {
    if (!(error instanceof EventuallyError)) throw error
    return { pass: isNot, message: () => error.message }
  }
}

const onlyPositive = (name: string, isNot: boolean): void => {
  if (isNot) throw new TypeError(`${name} cannot be negated: say what is expected instead`)
}

/** Matchers of clusters: each waits, driven by changes, and tells what differed last. */
export const clusterMatchers = {
  toHaveObject(this: MatcherThis, cluster: Cluster, wanted: ExpectedObject, options?: EventuallyOptions) {
    checkCluster('toHaveObject', cluster)
    const waited = this.isNot
      ? waitForNoObject(cluster, wanted, options)
      : waitForObject(cluster, wanted, options)
    return outcomeOf(waited, this.isNot)
  },
  // oxlint-disable-next-line max-params -- what `expect` was given is the first of them
  toHaveCondition(
    this: MatcherThis,
    cluster: Cluster,
    object: ExpectedObject,
    type: string,
    wanted?: ExpectedCondition | 'True' | 'False' | 'Unknown',
  ) {
    checkCluster('toHaveCondition', cluster)
    onlyPositive('toHaveCondition', this.isNot)
    return outcomeOf(waitForCondition(cluster, object, type, wanted), false)
  },
  toHaveState(
    this: MatcherThis,
    cluster: Cluster,
    wanted: Snapshot,
    options?: EventuallyOptions & SameStateOptions,
  ) {
    checkCluster('toHaveState', cluster)
    onlyPositive('toHaveState', this.isNot)
    return outcomeOf(waitForState(cluster, wanted, options), false)
  },
}
