import { keyText, type Kind, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { isAlreadyExists, isNotFound } from '../client/kube-error.ts'
import type { ObjectClient } from '../client/object-client.ts'
import { sleep, systemClock, type Clock } from '../clock.ts'
import { silentLogger, type Logger } from '../logging/logger.ts'
import type { Runnable } from '../runnable.ts'
import { microTime } from './locks.ts'

/** Which Lease says that who is alive, and how often. */
export interface LeaseHeartbeatOptions {
  readonly client: Pick<ObjectClient, 'patch' | 'create'>
  readonly key: ObjectKey
  /** Who is alive. */
  readonly holderIdentity: string
  /** Default: 60 s, with ±10 % so that a fleet does not beat as one; observers allow several times that. */
  readonly periodMs?: number
  /** Default: nothing; labels for a Lease that is created. */
  readonly labels?: Readonly<Record<string, string>>
  readonly clock?: Clock
  readonly logger?: Logger
}

const leases: Kind<KubeObject & { spec?: object }> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
}

const defaultPeriodMs = 60_000
/** After a failure: well before anybody who watches misses a beat. */
const retryMs = 5000
const jitter = 0.1

/**
 * Renews a Lease for as long as it runs: the sign that this process is alive, for whoever watches the Lease.
 * Creates it when it is missing; `renewTime` is always set. Failures are logged and tried again, never thrown.
 */
export const leaseHeartbeat = (options: LeaseHeartbeatOptions): Runnable => {
  const {
    client,
    key,
    holderIdentity,
    labels,
    periodMs = defaultPeriodMs,
    clock = systemClock,
    logger = silentLogger,
  } = options
  const beat = async (signal: AbortSignal): Promise<void> => {
    const spec = {
      holderIdentity,
      leaseDurationSeconds: Math.ceil(periodMs / 1000),
      renewTime: microTime(clock.now()),
    }
    try {
      await client.patch(leases, key, 'merge', { spec }, { signal })
    } catch (error) {
      if (!isNotFound(error)) throw error
      const metadata = { ...key, ...(labels === undefined ? {} : { labels }) }
      await client.create(leases, { metadata, spec }, { signal }).catch((refusal: unknown) => {
        // Somebody made it meanwhile: the next beat patches it.
        if (!isAlreadyExists(refusal)) throw refusal
      })
    }
  }
  return {
    name: `heartbeat-${key.name}`,
    needsLeadership: false,
    async start(signal) {
      while (!signal.aborted) {
        let waitMs = periodMs * (1 + jitter * (2 * clock.random() - 1))
        try {
          await beat(signal)
        } catch (error) {
          if (signal.aborted) return
          waitMs = Math.min(waitMs, retryMs)
          logger.warn(
            { lease: keyText(key), err: error },
            'the heartbeat Lease was not renewed, trying again',
          )
        }
        await sleep(clock, waitMs, signal).catch(() => undefined)
      }
    },
  }
}
