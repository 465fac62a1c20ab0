import { keyOf, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import * as kit from '@odfmo/controller-kit'

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> }
const kind: Kind<ConfigMap> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
}

// Watched: originals, whose label says into which namespace they are copied, and the copies.
const home = kit.cluster('home', {
  Original: kit.watch(kind, { labelSelector: 'copy-to' }),
  Copy: kit.watch(kind, { labelSelector: 'copied-by=example' }),
})
const copyOf = ({ metadata }: KubeObject) => ({
  namespace: metadata.labels?.['copy-to'],
  name: metadata.name ?? '',
})
const byCopy = kit.index(home.Original, 'by-copy', (original) => [Object.values(copyOf(original)).join('/')])

// Wanted: one pure function per copy. It is the creation, the repair, the update and the deletion.
const copy = kit.derived<ConfigMap>({
  name: 'copy',
  kind: home.Copy,
  keys: [
    kit.from(home.Original, (original) => [copyOf(original)]),
    kit.from(home.Copy, (live) => [keyOf(live)]),
  ],
  wanted(key, world) {
    const [original] = world.find(byCopy, `${key.namespace}/${key.name}`, ['spec'])
    if (original === undefined) return kit.absent()
    const metadata = { ...key, labels: { 'copied-by': 'example' } }
    return kit.present({ metadata, data: original.data }, { exact: ['data'] })
  },
})

export const run = async (kubeconfig: string, signal: AbortSignal): Promise<void> => {
  const credentials = await kit.Credentials.load({ kubeconfig })
  const home = new kit.KubeClient({ cluster: 'home', component: 'example', version: '1.0.0', credentials })
  const logger = kit.createLogger({ component: 'example', level: 'warn' })
  const manager = kit.createManager({ name: 'example', identity: 'example-1', logger, clients: { home } })
  const { informers: cache, clients, clock, canWrite } = manager
  manager.add(new kit.Engine({ name: 'copies', derived: [copy], cache, clients, clock, logger, canWrite }))
  await manager.run(signal)
}
