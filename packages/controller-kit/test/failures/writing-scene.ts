import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { startTestCluster, type Cluster, type Faults } from '@odfmo/testkit'
import { afterEach, beforeEach, expect } from 'vitest'
import { Informers } from '../../src/cache/informers.ts'
import type { KubeClient } from '../../src/client/kube-client.ts'
import type { Logger } from '../../src/logging/logger.ts'
import { cluster as kindsOf, watch, type WatchedKind } from '../../src/watched-kind.ts'
import type { Applied } from '../../src/writing/applied.ts'
import { Applier, type ApplierOptions } from '../../src/writing/applier.ts'
import type { Intent } from '../../src/writing/intent.ts'
import { clientOf, configMaps, secrets, widgets, type ConfigMap } from '../clients.ts'
import { clustersForTests } from '../clusters-for-tests.ts'

/** Only what tests made: a real cluster has ConfigMaps of its own. */
export const hub = kindsOf('hub', {
  ConfigMap: watch(configMaps, { labelSelector: 'ours=yes' }),
  Secret: watch(secrets, { labelSelector: 'ours=yes' }),
  Widget: watch(widgets),
})

export const namespace = 'default'
export const keyOf = (name: string) => ({ namespace, name })
export const configMap = (
  name: string,
  data: Record<string, string> = {},
  metadata: object = {},
): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name, labels: { ours: 'yes' }, ...metadata },
  data,
})
/** A cache that follows a cluster, and an applier over it; everything written is noted. */
export interface WritingScene {
  readonly cluster: Cluster
  readonly client: KubeClient
  readonly informers: Informers
  readonly logs: readonly string[]
  /** `verb kind outcome`, one for each write that was sent. */
  readonly sent: readonly string[]
  /** Resolves when the cache has the object. */
  cached(of: WatchedKind, key: ObjectKey): Promise<void>
  apply<T extends KubeObject>(intent: Intent<T>): Promise<Applied<T>>
  applier(options?: Partial<ApplierOptions>): Applier
}

const errorsAsText = (_key: string, value: unknown): unknown =>
  value instanceof Error ? value.message : value

export const collecting = (lines: string[]): Logger => {
  const at =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields, errorsAsText)}`)
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  }
  return logger
}

export const never = new AbortController().signal

/** For each test a cluster, a synced cache and an applier. */
export const withWriting = <C extends Cluster>(
  start: () => Promise<C>,
): WritingScene & { readonly cluster: C } => {
  const clusters = clustersForTests(start)
  let now: (WritingScene & { readonly cluster: C }) | undefined
  let stop = new AbortController()
  let running: Promise<void> = Promise.resolve()
  const current = (): WritingScene & { readonly cluster: C } => {
    if (now === undefined) throw new Error('no test runs now')
    return now
  }
  beforeEach(async () => {
    const cluster = await clusters.begin()
    const client = await clientOf(cluster)
    stop = new AbortController()
    const informers = new Informers({ clients: { hub: client }, watches: [hub.ConfigMap, hub.Secret] })
    running = informers.start(stop.signal)
    await informers.waitForSync(stop.signal)
    const logs: string[] = []
    const sent: string[] = []
    const applier = (options: Partial<ApplierOptions> = {}): Applier =>
      new Applier({
        name: 'test',
        cache: informers,
        clients: { hub: client },
        logger: collecting(logs),
        observer: {
          wrote: ({ verb, of, subresource }, outcome) =>
            void sent.push(
              `${verb} ${of.kind.kind}${subresource === undefined ? '' : `/${subresource}`} ${outcome}`,
            ),
        },
        ...options,
      })
    const usual = applier()
    now = {
      cluster,
      client,
      informers,
      logs,
      sent,
      applier,
      async cached(of, key) {
        await expect.poll(() => informers.get(of, key)).toBeDefined()
      },
      apply: (intent) => usual.apply(intent, never),
    }
  })
  afterEach(async () => {
    const { cluster, client } = current()
    stop.abort()
    await running
    await client.close()
    if ('faults' in cluster) (cluster.faults as Faults).clear()
    await clusters.end(cluster)
  })
  return new Proxy({} as WritingScene & { readonly cluster: C }, {
    get: (_target, name) => current()[name as keyof WritingScene],
  })
}

export const anyCluster = (): Promise<Cluster> => startTestCluster({ name: 'hub', controllers: false })
