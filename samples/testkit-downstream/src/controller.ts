import { ApiException, CoreV1Api, CustomObjectsApi, KubeConfig, makeInformer } from '@kubernetes/client-node'
import type { Informer, KubernetesObject, V1ConfigMap } from '@kubernetes/client-node'
import { directory, finalizer, group, pagesOf } from './site.ts'
import type { Site } from './site.ts'

/** The part of time that this controller needs; a test brings its own. */
export interface Clock {
  now(): number
  after(delayMs: number, callback: () => void): () => void
}

export interface Options {
  kubeconfig: string
  clock?: Clock
  log?: (line: string) => void
}

const machineClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

const isStatus = (error: unknown, code: number): boolean =>
  error instanceof ApiException && error.code === code
const sites = { group, version: 'v1', plural: 'sites' }
const label = 'web.example.com/site'

/** Makes a ConfigMap for each Site, lists it in the directory, and says in a condition how it is. */
export const startController = async ({ kubeconfig, clock = machineClock, log = () => {} }: Options) => {
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const core = config.makeApiClient(CoreV1Api)
  const custom = config.makeApiClient(CustomObjectsApi)
  const stopping = new AbortController()
  const timers = new Map<string, () => void>()

  const update = async (site: Site, part: 'object' | 'status'): Promise<void> => {
    const { namespace = '', name = '' } = site.metadata ?? {}
    const request = { ...sites, namespace, name, body: site }
    if (part === 'status') await custom.replaceNamespacedCustomObjectStatus(request)
    else await custom.replaceNamespacedCustomObject(request)
  }

  /** Writes a ConfigMap when it is not as wanted; `change` answers undefined when it is. */
  const ensure = async (
    key: { namespace: string; name: string },
    change: (old: V1ConfigMap) => V1ConfigMap | undefined,
  ): Promise<void> => {
    const old = await core.readNamespacedConfigMap(key).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined
      throw error
    })
    const body = change(old ?? { metadata: key })
    if (body === undefined) return
    if (old === undefined) await core.createNamespacedConfigMap({ namespace: key.namespace, body })
    else await core.replaceNamespacedConfigMap({ ...key, body })
  }

  const listed = (site: Site, text: string | undefined) =>
    ensure(directory, (old) => {
      const entry = `${site.metadata?.namespace}.${site.metadata?.name}`
      if (old.data?.[entry] === text) return undefined
      const { [entry]: _, ...others } = old.data ?? {}
      return { ...old, data: text === undefined ? others : { ...others, [entry]: text } }
    })

  const setCondition = async (site: Site, status: string, reason: string, message: string): Promise<void> => {
    const conditions = site.status?.conditions ?? []
    const old = conditions.find(({ type }) => type === 'Published')
    const observedGeneration = site.metadata?.generation
    if (old?.status === status && old.reason === reason && old.observedGeneration === observedGeneration)
      return
    const lastTransitionTime = (old?.status === status && old.lastTransitionTime) || new Date(clock.now())
    const condition = { type: 'Published', status, reason, message, observedGeneration, lastTransitionTime }
    const others = conditions.filter(({ type }) => type !== 'Published')
    await update({ ...site, status: { conditions: [...others, condition] } }, 'status')
  }

  const reconcile = async (key: string): Promise<void> => {
    const [namespace = '', name = ''] = key.split('/')
    const site: Site | undefined = await custom
      .getNamespacedCustomObject({ ...sites, namespace, name })
      .catch((error: unknown) => {
        if (isStatus(error, 404)) return undefined
        throw error
      })
    if (site?.metadata === undefined) return
    const { deletionTimestamp, finalizers = [], uid = '' } = site.metadata
    if (deletionTimestamp !== undefined) {
      await listed(site, undefined)
      if (finalizers.includes(finalizer)) {
        const rest = finalizers.filter((one) => one !== finalizer)
        await update({ ...site, metadata: { ...site.metadata, finalizers: rest } }, 'object')
      }
      return
    }
    if (!finalizers.includes(finalizer)) {
      const metadata = { ...site.metadata, finalizers: [...finalizers, finalizer] }
      return update({ ...site, metadata }, 'object') // its event brings us back
    }
    const waitMs = Date.parse(site.spec.publishAfter ?? '1970-01-01T00:00:00Z') - clock.now()
    if (waitMs > 0) {
      again(key, waitMs)
      return setCondition(site, 'False', 'NotYet', `published at ${site.spec.publishAfter}`)
    }
    const data = pagesOf(site)
    await ensure({ namespace, name: `${name}-pages` }, (old) => {
      if (JSON.stringify(old.data) === JSON.stringify(data)) return undefined
      const ownerReferences = [
        { apiVersion: `${group}/v1`, kind: 'Site', name, uid, controller: true, blockOwnerDeletion: true },
      ]
      return { ...old, metadata: { ...old.metadata, labels: { [label]: name }, ownerReferences }, data }
    })
    await listed(site, site.spec.title)
    await setCondition(site, 'True', 'Published', `in ConfigMap ${name}-pages`)
  }

  const queue = new Set<string>()
  let working: Promise<void> | undefined
  let failures = 0
  const work = async (): Promise<void> => {
    for (const key of queue) {
      queue.delete(key)
      if (stopping.signal.aborted) return
      try {
        await reconcile(key)
        failures = 0
      } catch (error) {
        log(`${key}: ${error instanceof Error ? error.message : error}`)
        failures = Math.min(failures + 1, 5)
        // by the machine's time: a test's clock stands still
        const timer = setTimeout(() => add(key), 5 * 2 ** failures)
        stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
      }
    }
    working = undefined
  }
  const add = (key: string): void => {
    queue.add(key)
    if (!stopping.signal.aborted) working ??= Promise.resolve().then(work)
  }
  const again = (key: string, delayMs: number): void => {
    timers.get(key)?.()
    timers.set(
      key,
      clock.after(delayMs, () => add(key)),
    )
  }

  const watch = async <T extends KubernetesObject>(informer: Informer<T>, keyOf: (object: T) => string) => {
    for (const event of ['add', 'update', 'delete'] as const)
      informer.on(event, (object) => add(keyOf(object)))
    informer.on('error', (error: unknown) => {
      log(`watch: ${error}`)
      if (stopping.signal.aborted) return
      const timer = setTimeout(() => void informer.start().catch((failure) => log(`watch: ${failure}`)), 20)
      stopping.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    })
    await informer.start()
    return informer
  }
  const list = async () => ({ items: [], ...(await custom.listClusterCustomObject(sites)) })
  const maps = () => core.listConfigMapForAllNamespaces({ labelSelector: label })
  const informers = [
    await watch(
      makeInformer<Site>(config, `/apis/${group}/v1/sites`, list),
      ({ metadata }) => `${metadata?.namespace}/${metadata?.name}`,
    ),
    await watch(
      makeInformer(config, '/api/v1/configmaps', maps, label),
      ({ metadata }) => `${metadata?.namespace}/${metadata?.labels?.[label]}`,
    ),
  ]
  return {
    async stop(): Promise<void> {
      stopping.abort()
      for (const cancel of timers.values()) cancel()
      await Promise.all(informers.map((informer) => informer.stop()))
      await working
    },
  }
}
