import { sameState, type Difference, type KubeObject, type Snapshot } from '@odfmo/testkit'
import type { ClusterCalls } from './cluster-calls.ts'
import { accountKubeconfig, isAccount } from './existing/account-kubeconfig.ts'
import { isOurs, objectText } from './existing/is-ours.ts'
import type { RunningCluster } from './start-cluster-of.ts'
import { writesOf } from './writes.ts'

/** Answers the demo's calls from inside the cluster's process. */
export function clusterCalls(
  { cluster, claim }: RunningCluster,
  startSimulators: ClusterCalls['startSimulators'],
): ClusterCalls {
  let before: Snapshot | undefined
  const ignore = (object: KubeObject): boolean =>
    isDecidedRequest(object) || (claim !== undefined && !isOurs(object))
  return {
    startSimulators,
    ...writesOf(cluster),
    objections: async () => claim?.objections() ?? [],
    prepare: async () => claim?.prepare(),
    async apply(objects) {
      const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))
      for (const name of namespaces)
        await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      await cluster.apply(...objects)
    },
    // Services take certificates and tokens, and an existing cluster signs no certificates for us.
    kubeconfig: async (identity) =>
      claim !== undefined && isAccount(identity)
        ? accountKubeconfig(cluster, identity)
        : cluster.kubeconfig(identity),
    async remember() {
      before = await cluster.snapshot()
    },
    async differences() {
      if (before === undefined) throw new Error('nothing was remembered to compare with')
      return sameState(before, await cluster.snapshot(), { ignore }).map(differenceText)
    },
    async objects() {
      if (claim !== undefined) return claim.objects()
      const { tables } = await cluster.snapshot()
      return Object.entries(tables).flatMap(([table, objects]) =>
        table === '/events' ? [] : objects.map((object) => objectText(table, object)),
      )
    },
  }
}

/** Kubernetes removes them by itself after an hour; nobody else does. */
function isDecidedRequest(object: KubeObject): boolean {
  return object.kind === 'CertificateSigningRequest'
}

/** Says where, never what: it may be a Secret's content. */
function differenceText({ object, path, left, right }: Difference): string {
  if (path !== '') return `${object}: ${path} is not as before`
  return left === undefined
    ? `${object} was left behind`
    : right === undefined
      ? `${object} is gone`
      : `${object} differs`
}
