import { createHash } from 'node:crypto'
import * as kit from '@odfmo/controller-kit'

// Rolls a Deployment when the ConfigMap changes that its annotation example.com/restart-on names.
type ConfigMap = kit.KubeObject & { readonly data?: Readonly<Record<string, string>> }
type Deployment = kit.KubeObject & { readonly spec: { readonly template: kit.KubeObject } }

const home = kit.cluster('home', {
  ConfigMap: kit.watch(kit.kind<ConfigMap>('v1', 'ConfigMap', 'configmaps')),
  Deployment: kit.watch(kit.kind<Deployment>('apps/v1', 'Deployment', 'deployments')),
})
const configOf = ({ metadata: { namespace, annotations } }: kit.DeepReadonly<kit.KubeObject>) => {
  const name = annotations?.['example.com/restart-on']
  return name === undefined ? [] : [{ namespace, name }]
}
const byConfig = kit.index(home.Deployment, 'by-config', (of) => configOf(of).map(kit.keyText))

const client = await kit.connect({ cluster: 'home', component: 'restarter', env: process.env })
const manager = kit.createManager({ name: 'restarter', clients: [client] })
manager.addController({
  name: 'restarter',
  sources: [
    kit.source(home.Deployment, kit.itself, { when: kit.annotationsChanged }),
    kit.source(home.ConfigMap, kit.byIndex(manager.informers, byConfig)),
  ],
  async reconcile(text, { cache, write }) {
    const key = kit.keyFromText(text)
    const deployment = cache.get(home.Deployment, key)
    const [config] = deployment === undefined ? [] : configOf(deployment)
    const data = config && cache.get(home.ConfigMap, config)?.data
    if (data === undefined) return kit.done
    const hash = createHash('sha256').update(JSON.stringify(data)).digest('hex')
    const template = { metadata: { annotations: { 'example.com/restarted-for': hash } } }
    await write.apply({ is: 'patch', of: home.Deployment, key, fields: { spec: { template } } })
    return kit.done
  },
})
await manager.run(kit.stopSignal(process))
