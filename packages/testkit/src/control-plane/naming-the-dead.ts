import { ClusterError } from '../access/cluster-error.ts'
import type { Cluster } from '../cluster.ts'
import type { ControlPlaneError } from './control-plane-error.ts'

type Called = Pick<
  Cluster,
  'serviceAccountToken' | 'installCrds' | 'apply' | 'get' | 'list' | 'on' | 'snapshot'
>

/** Nobody is there, or somebody whose own server is not. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof ClusterError && (error.status === 0 || error.status >= 500)

/** The same calls; one that nobody answers rejects with the death of the process that should have, if that is why. */
export const namingTheDead = <T extends Called>(
  access: T,
  death: () => Promise<ControlPlaneError | undefined>,
): T => {
  const named =
    <Given extends readonly unknown[], Answer>(call: (...given: Given) => Answer | Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      try {
        return await call(...given)
      } catch (error) {
        throw (isUnanswered(error) ? await death() : undefined) ?? error
      }
    }
  return {
    ...access,
    serviceAccountToken: named(access.serviceAccountToken),
    installCrds: named(access.installCrds),
    apply: named(access.apply),
    get: named(access.get),
    list: named(access.list),
    on: named(access.on),
    snapshot: named(access.snapshot),
  }
}
