// @kubernetes/client-node in the comparison: its informer, begun again 5 s after an error as its documentation does.
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node'
import { obey } from './client-loop.ts'

const config = new KubeConfig()
config.loadFromFile(process.argv[2] ?? '')
const core = config.makeApiClient(CoreV1Api)
const informer = makeInformer(config, '/api/v1/configmaps', () => core.listConfigMapForAllNamespaces())

await obey({
  start(heard) {
    informer.on('add', heard)
    informer.on('update', heard)
    informer.on('delete', heard)
    informer.on('error', () => setTimeout(() => void informer.start(), 5000))
    void informer.start()
  },
  objects: () => informer.list().length,
  get: (namespace, name) => core.readNamespacedConfigMap({ namespace, name }),
})
