// The kit in the comparison: one kind watched.
import { kinds } from '@odfmo/api-types'
import { cluster, Credentials, Informers, KubeClient, watch } from '@odfmo/controller-kit'
import { obey } from './client-loop.ts'

const credentials = await Credentials.load({ kubeconfig: process.argv[2] ?? '' })
const client = new KubeClient({
  cluster: 'bench',
  component: 'bench',
  version: '0.0.0',
  credentials,
  rateLimit: false,
})
const { ConfigMap } = cluster('bench', { ConfigMap: watch(kinds.ConfigMap) })
const informers = new Informers({ clients: { bench: client } })

await obey({
  start(heard) {
    informers.onEvent(heard)
    informers.use(ConfigMap)
    void informers.start(new AbortController().signal)
  },
  objects: () => informers.list(ConfigMap).length,
  get: (namespace, name) => client.get(kinds.ConfigMap, { namespace, name }),
})
