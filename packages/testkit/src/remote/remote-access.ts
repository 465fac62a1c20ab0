import type { KubeObject as ApiObject } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../access/cluster-client.ts'
import { isNotFound } from '../access/cluster-error.ts'
import { checkWait } from '../check-wait.ts'
import { systemClock } from '../clock/clock.ts'
import type { ClusterEnd } from '../cluster-end.ts'
import type { Cluster, ClusterEvent } from '../cluster.ts'
import { pointConversions } from '../conversion/point-conversions.ts'
import { readDefinitions, readObjects } from '../fixtures.ts'
import type { ObjectSource } from '../fixtures.ts'
import type { KubeObject } from '../kube-object.ts'
import { textAt } from '../kube-object.ts'
import { LocalCopy } from '../access/local-copy.ts'
import { tell } from '../tell.ts'
import { waitFor } from '../wait-for.ts'
import { applyOverHttps } from './apply.ts'
import { Discovery } from './discovery.ts'
import type { Snapshot } from '../snapshot.ts'
import { installCrdsOverHttps } from './install-crds.ts'
import { restoreOverHttps } from './restore-snapshot.ts'
import { snapshotOverHttps } from './remote-snapshot.ts'

const accountKind = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
}

/** As `eventually`: real controllers take their time. */
const usualWaitMs = 60_000

export interface RemoteOptions {
  readonly name: string
  /** An administrator's. */
  readonly client: ClusterClient
  /** Calls back soon after any change in the cluster. */
  readonly onChange: Cluster['onChange']
  readonly end: ClusterEnd
}

type RemoteAccess = Pick<
  Cluster,
  'serviceAccountToken' | 'installCrds' | 'apply' | 'get' | 'list' | 'on' | 'onChange' | 'wait' | 'snapshot'
> & {
  /** Makes its objects those of a snapshot. */
  readonly restore: (snapshot: Snapshot) => Promise<void>
  /** Ends what `on` began. */
  readonly stopFollowing: () => void
}

const eventOf = (
  object: ApiObject | undefined,
  previous: ApiObject | undefined,
): ClusterEvent | undefined => {
  if (object !== undefined)
    return { type: previous === undefined ? 'ADDED' : 'MODIFIED', object: object as KubeObject }
  return previous === undefined ? undefined : { type: 'DELETED', object: previous as KubeObject }
}

/** Reads and writes of a cluster's objects by requests, as an administrator, until it has ended. */
export const remoteAccess = ({ name, client, onChange, end }: RemoteOptions): RemoteAccess => {
  const discovery = new Discovery(client)
  const followed = new Set<LocalCopy<ApiObject>>()
  return {
    async serviceAccountToken({ namespace, name: account, expirationSeconds = 3_600 }) {
      end.check()
      const request = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: { namespace, name: account },
        spec: { expirationSeconds },
      }
      try {
        return textAt(await client.create(accountKind, request, 'token'), 'status', 'token')
      } catch (error) {
        if (isNotFound(error))
          throw new Error(`there is no service account ${namespace}/${account} in ${name}`)
        throw error
      }
    },
    async installCrds(sources, options = {}) {
      end.check()
      const list = Array.isArray(sources) ? (sources as readonly ObjectSource[]) : [sources]
      const definitions = pointConversions(readDefinitions(list), options.conversion)
      await installCrdsOverHttps(client, discovery, definitions)
    },
    async apply(...objects) {
      end.check()
      for (const object of readObjects(objects)) await applyOverHttps(client, discovery, object)
    },
    async get(kind, { namespace, name: object }) {
      end.check()
      const served = await discovery.find(kind)
      const key = served.namespaced ? { namespace: namespace ?? 'default', name: object } : { name: object }
      return (await client.get(served, key)) as KubeObject | undefined
    },
    async list(kind, namespace) {
      end.check()
      const { items } = await client.list(await discovery.find(kind), { namespace })
      return items.map((item) => ({ ...item, ...kind }) as KubeObject)
    },
    async on(kind, listener) {
      end.check()
      const copy = new LocalCopy<ApiObject>({
        client,
        kind: await discovery.find(kind),
        clock: systemClock,
        report: () => undefined,
        endsWhenRefused: true,
      })
      followed.add(copy)
      void copy.run()
      try {
        await copy.synced
      } catch (error) {
        followed.delete(copy)
        throw error
      }
      let isBegun = false
      copy.onChange((_key, object, previous) => {
        const event = isBegun ? eventOf(object, previous) : undefined
        if (event !== undefined) tell(() => listener(event))
      })
      isBegun = true
      return () => {
        copy.stop()
        followed.delete(copy)
      }
    },
    onChange,
    async wait(read, options = {}) {
      checkWait('wait', options)
      return waitFor({
        clusters: [{ name, onStop: end.onStop }],
        read,
        subscribe: onChange,
        timeoutMs: options.timeoutMs,
        usualMs: usualWaitMs,
      })
    },
    async snapshot() {
      end.check()
      return snapshotOverHttps(client, discovery)
    },
    async restore(snapshot) {
      end.check()
      await restoreOverHttps(client, discovery, snapshot)
    },
    stopFollowing() {
      for (const copy of followed) copy.stop()
    },
  }
}
