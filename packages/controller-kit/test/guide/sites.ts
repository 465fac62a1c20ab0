import * as kit from '@odfmo/controller-kit'

type ConfigMap = kit.KubeObject & { readonly data?: Readonly<Record<string, string>> }
export type Site = kit.KubeObject & {
  readonly spec: { readonly title: string }
  readonly status?: { readonly conditions?: readonly kit.Condition[] }
}
const label = 'example.com/site'

export const home = kit.cluster('home', {
  Site: kit.watch(kit.kind<Site>('example.com/v1', 'Site', 'sites')),
  Page: kit.watch(kit.kind<ConfigMap>('v1', 'ConfigMap', 'configmaps'), { labelSelector: label }),
})

/** What belongs to a Site: one ConfigMap of its name. */
const pageOf = ({ metadata, spec }: kit.DeepReadonly<Site>): ConfigMap => {
  const { namespace, name = '', uid = '' } = metadata
  const owner = { apiVersion: 'example.com/v1', kind: 'Site', name, uid, controller: true }
  return {
    metadata: { namespace, name, labels: { [label]: name }, ownerReferences: [owner] },
    data: { 'index.html': `<h1>${spec.title}</h1>` },
  }
}

export const sites: kit.ControllerDefinition = {
  name: 'sites',
  concurrency: 2,
  sources: [
    kit.source(home.Site, kit.itself, { when: kit.anyOf(kit.generationChanged, kit.deletionChanged) }),
    kit.source(home.Page, kit.byOwner(home.Site.kind)),
  ],
  async reconcile(text, { cache, write }) {
    const key = kit.keyFromText(text)
    const site = cache.get(home.Site, key)
    if (site === undefined || site.metadata.deletionTimestamp !== undefined) return kit.done

    const page = await write.apply({ is: 'create', of: home.Page, object: pageOf(site), exact: ['data'] })
    const ready = page.is !== 'notOurs' && page.is !== 'refused'
    const condition: kit.GivenCondition = {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      reason: ready ? 'Written' : 'InTheWay',
      message: ready ? 'The page is written.' : `ConfigMap ${text} is not this Site's.`,
    }
    const status = { conditions: kit.conditions({ set: [condition] }) }
    await write.apply({ is: 'status', of: home.Site, key, status })
    return kit.done
  },
}

export const page = kit.derived<ConfigMap>({
  name: 'page',
  kind: home.Page,
  keys: [kit.from(home.Site, (site) => [kit.keyOf(site)]), kit.from(home.Page, (live) => [kit.keyOf(live)])],
  wanted(key, world) {
    const site = world.spec(home.Site, key)
    if (site === undefined) return kit.absent()
    return kit.present(pageOf(site), { exact: ['data'] })
  },
  ours: (live) => live.metadata.labels?.[label] === live.metadata.name,
})

/** A Site is somebody else's: one annotation of it is ours, and only where its page is. */
export const stamp = kit.derived<Site>({
  name: 'stamp',
  kind: home.Site,
  keys: [kit.from(home.Site, (site) => [kit.keyOf(site)])],
  wanted(key, world) {
    const site = world.get(home.Site, key)
    const { uid } = world.get(home.Page, key)?.metadata ?? {}
    if (site === undefined || uid === undefined) return kit.leave()
    const annotations = { ...site.metadata.annotations, 'example.com/page-uid': uid }
    return kit.edited({ ...site, metadata: { ...site.metadata, annotations } })
  },
})

export const run = async (
  access: Omit<kit.ConnectOptions, 'component'>,
  addParts: (manager: kit.Manager) => void,
  signal: AbortSignal,
): Promise<void> => {
  const metrics = new kit.Metrics()
  const observer = metrics.requestObserver
  const client = await kit.connect({ ...access, cluster: 'home', component: 'sites', observer })
  const lock = kit.leaseLock(client.urgent(), { namespace: 'default', name: 'sites' })
  const manager = kit.createManager({
    name: 'sites',
    clients: [client],
    metrics,
    watches: Object.values(home),
    leaderElection: { locks: [lock] },
    healthAddress: { host: '127.0.0.1', port: 0 },
    metricsAddress: { host: '127.0.0.1', port: 0 },
  })
  addParts(manager)
  await manager.run(signal)
}
