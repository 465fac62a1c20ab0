// A manager whose cluster is away and that serves nothing, to be run as a process by manager.test.ts.
import { cluster, createLogger, createManager, Credentials, KubeClient, watch } from '@odfmo/controller-kit'

const kind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const credentials = await Credentials.load({ access: { server: 'https://127.0.0.1:1' } })
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await createManager({
  name: 'test',
  identity: 'one',
  logger: createLogger({ component: 'test', level: 'info' }),
  clients: { hub: new KubeClient({ cluster: 'hub', component: 'test', version: '1', credentials }) },
  watches: [cluster('hub', { ConfigMap: watch(kind) }).ConfigMap],
}).run(stop.signal)
