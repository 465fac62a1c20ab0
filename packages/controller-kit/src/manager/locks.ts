import { keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { isNotFound } from '../client/kube-error.ts'
import type { LockRecord, LockState } from './leader-step.ts'

/** What a lock needs of a client. */
export interface LockClient {
  get<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>
  create<T extends KubeObject>(
    kind: Kind<T>,
    object: T,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>
  update<T extends KubeObject>(
    kind: Kind<T>,
    object: T,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>
}

/** A lock with the object it stands in, so that the next write keeps what else is there. */
export interface HeldLock extends LockState {
  readonly object: KubeObject
}

/** An object in which leaders are recorded. Throws a `KubeError`. */
export interface Lock {
  /** For logs: `lease openshift-storage/tokenexchange-lock`. */
  readonly name: string
  read(signal: AbortSignal): Promise<HeldLock | undefined>
  /** Creates it, or replaces exactly `over`. */
  write(record: LockRecord, over: HeldLock | undefined, signal: AbortSignal): Promise<HeldLock>
}

interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

const leases: Kind<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
}

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

const configMaps: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
}

/** Where client-go kept leaders before there were Leases. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader'

/** metav1.MicroTime. */
export const microTime = (wallMs: number): string => new Date(wallMs).toISOString().replace('Z', '000Z')

/** metav1.Time. */
const secondTime = (wallMs: number): string => `${new Date(wallMs).toISOString().slice(0, 19)}Z`

const timeOf = (text: string | undefined): number | undefined => {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

interface Shape<T extends KubeObject> {
  readonly kind: Kind<T>
  recordOf(object: T): LockRecord
  withRecord(object: T, record: LockRecord): T
}

const lock = <T extends KubeObject>(client: LockClient, key: ObjectKey, shape: Shape<T>): Lock => {
  if (!key.namespace || !key.name)
    throw new TypeError(
      `leader lock: expected a namespace and a name for the ${shape.kind.kind}, got ${JSON.stringify(key)}`,
    )
  const held = (object: T): HeldLock => ({
    object,
    record: shape.recordOf(object),
    version: `${object.metadata.uid ?? ''}/${object.metadata.resourceVersion ?? ''}`,
  })
  return {
    name: `${shape.kind.kind} ${keyText(key)}`,
    async read(signal) {
      try {
        return held(await client.get(shape.kind, key, { signal }))
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    async write(record, over, signal) {
      if (over === undefined) {
        const fresh = { metadata: { ...key } } as T
        return held(await client.create(shape.kind, shape.withRecord(fresh, record), { signal }))
      }
      // The object carries its resourceVersion: whoever was faster makes this a conflict.
      return held(await client.update(shape.kind, shape.withRecord(over.object as T, record), { signal }))
    },
  }
}

/** A coordination.k8s.io Lease: what client-go uses today. Throws a TypeError on a key without namespace or name. */
export const leaseLock = (client: LockClient, key: ObjectKey): Lock =>
  lock(client, key, {
    kind: leases,
    recordOf: ({ spec = {} }) => ({
      holderIdentity: spec.holderIdentity ?? '',
      leaseDurationSeconds: spec.leaseDurationSeconds ?? 0,
      acquireTime: timeOf(spec.acquireTime),
      renewTime: timeOf(spec.renewTime),
      leaderTransitions: spec.leaseTransitions ?? 0,
    }),
    withRecord: (object, record) => ({
      ...object,
      spec: {
        ...object.spec,
        holderIdentity: record.holderIdentity,
        leaseDurationSeconds: record.leaseDurationSeconds,
        ...(record.acquireTime === undefined ? {} : { acquireTime: microTime(record.acquireTime) }),
        ...(record.renewTime === undefined ? {} : { renewTime: microTime(record.renewTime) }),
        leaseTransitions: record.leaderTransitions,
      },
    }),
  })

const parseRecord = (text: string | undefined): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // Nobody's record: client-go would not get past it either, but we can say that the lock is free.
    return {}
  }
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** An annotation on a ConfigMap: what older services hold, alone or beside a Lease. Throws as `leaseLock`. */
export const configMapLock = (client: LockClient, key: ObjectKey): Lock =>
  lock(client, key, {
    kind: configMaps,
    recordOf: ({ metadata }) => {
      const record = parseRecord(metadata.annotations?.[leaderAnnotation])
      return {
        holderIdentity: textIn(record['holderIdentity']),
        leaseDurationSeconds: numberIn(record['leaseDurationSeconds']),
        acquireTime: timeOf(textIn(record['acquireTime'])),
        renewTime: timeOf(textIn(record['renewTime'])),
        leaderTransitions: numberIn(record['leaderTransitions']),
      }
    },
    withRecord: (object, record) => ({
      ...object,
      metadata: {
        ...object.metadata,
        annotations: {
          ...object.metadata.annotations,
          // Field order as client-go prints it.
          [leaderAnnotation]: JSON.stringify({
            holderIdentity: record.holderIdentity,
            leaseDurationSeconds: record.leaseDurationSeconds,
            acquireTime: record.acquireTime === undefined ? null : secondTime(record.acquireTime),
            renewTime: record.renewTime === undefined ? null : secondTime(record.renewTime),
            leaderTransitions: record.leaderTransitions,
          }),
        },
      },
    }),
  })
