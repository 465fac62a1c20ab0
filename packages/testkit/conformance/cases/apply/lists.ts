import type { Cases } from '../../conformance-case.ts'
import { apply, configMap, force, pod, service } from './objects.ts'

const container = (name: string, more: object = {}) => ({ name, image: 'i:1', ...more })
const port = (number: number, more: object = {}) => ({ port: number, name: `p${number}`, ...more })

export const lists: Cases = {
  'ports are told apart by number and protocol, which has a default': async (api) => {
    const path = api.in('services', 'a')
    await apply(api, path, 'a', service({ ports: [port(80), port(53, { protocol: 'UDP' })] }))
    await apply(api, path, 'b', service({ ports: [port(443), port(80, { protocol: 'TCP' })] }))
    await apply(api, path, 'a', service({ ports: [port(53, { protocol: 'UDP' })] }))
    await apply(api, path, 'b', service({ ports: [port(443)] }))
  },

  'items keep the order of who applies them': async (api) => {
    const path = api.in('services', 'a')
    await apply(api, path, 'a', service({ ports: [port(1), port(2), port(3)] }))
    await apply(api, path, 'b', service({ ports: [port(9), port(2), port(8)] }))
    await apply(api, path, 'a', service({ ports: [port(3), port(1), port(2)] }))
    await apply(api, path, 'c', service({ ports: [port(7)] }))
    await apply(api, path, 'b', service({ ports: [port(8), port(9)] }))
  },

  'an item that two own has the fields of both': async (api) => {
    const path = api.in('services', 'a')
    await apply(api, path, 'a', service({ ports: [{ port: 80, name: 'web' }] }))
    await apply(api, path, 'b', service({ ports: [{ port: 80, targetPort: 8080 }] }), force)
    await apply(api, path, 'b', service({ ports: [{ port: 80 }] }))
    await apply(api, path, 'a', service({ ports: [] }))
  },

  'a selector is owned as a whole': async (api) => {
    const path = api.in('services', 'a')
    await apply(api, path, 'a', service({ ports: [port(80)], selector: { app: 'a' } }))
    ;(await apply(api, path, 'b', service({ selector: { tier: 'b' } }))).is(409)
    ;(await apply(api, path, 'b', service({ selector: { tier: 'b' } }), force)).is(200, {
      spec: { selector: { app: undefined, tier: 'b' } },
    })
  },

  'containers, their environment, ports and mounts are maps within maps': async (api) => {
    const path = api.in('pods', 'a')
    const spec = (more: object = {}) => ({
      containers: [
        container('c', {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
          volumeMounts: [{ mountPath: '/x', name: 'v' }],
          args: ['a', 'b'],
          resources: {},
        }),
        container('d'),
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      tolerations: [{ key: 'k', operator: 'Exists' }],
      ...more,
    })
    await apply(api, path, 'a', pod(spec()))
    await apply(api, path, 'b', pod({ containers: [{ name: 'd', image: 'i:2' }] }))
    await apply(api, path, 'b', pod({ containers: [{ name: 'd', image: 'i:2' }] }), force)
  },

  'sets have each value once': async (api) => {
    const path = api.in('configmaps', 'a')
    await apply(api, path, 'a', configMap(undefined, { finalizers: ['x/a', 'x/b'] }))
    await apply(api, path, 'b', configMap(undefined, { finalizers: ['x/c', 'x/b'] }))
    await apply(api, path, 'a', configMap(undefined, { finalizers: ['x/c'] }))
    await apply(api, path, 'c', configMap(undefined, { finalizers: ['x/d', 'x/d'] }))
    await apply(api, path, 'a', configMap())
    await apply(api, path, 'b', configMap())
  },

  'what a list cannot have is refused': async (api) => {
    const path = api.in('services', 'a')
    ;(await apply(api, path, 'a', service({ ports: [port(80), port(80)] }))).is(500)
    ;(await apply(api, path, 'a', service({ ports: [{ name: 'x' }, null] }))).is(500)
    ;(await apply(api, path, 'a', service({ ports: ['x'] }))).is(500)
    ;(await apply(api, path, 'a', service({ ports: {} }))).is(500)
    ;(await apply(api, path, 'a', configMap(undefined, { finalizers: [{}] }))).is(400)
  },
}
