import type { Cases } from '../../conformance-case.ts'
import { makeDeployment, makeService, podPatch, pods, showPods } from './objects.ts'

const show = { show: showPods }

export const lists: Cases = {
  'containers are merged by name': async (api) => {
    const path = await makeDeployment(api)
    const image = { containers: [{ name: 'side', image: 'example.com/side:2' }] }
    ;(await api.patch(path, 'strategic', podPatch(image), show)).is(
      200,
      pods({
        containers: [{ name: 'main' }, { name: 'side', image: 'example.com/side:2', args: ['a', 'b'] }],
      }),
    )
    const more = { containers: [{ name: 'new', image: 'example.com/new:1' }] }
    ;(await api.patch(path, 'strategic', podPatch(more), show)).is(
      200,
      pods({ containers: [{ name: 'new' }, { name: 'main' }, { name: 'side' }] }),
    )
  },

  'environments are merged by name, lists without a key are replaced': async (api) => {
    const path = await makeDeployment(api)
    const env = [
      { name: 'B', value: '3' },
      { name: 'C', value: '4' },
    ]
    ;(await api.patch(path, 'strategic', podPatch({ containers: [{ name: 'main', env }] }), show)).is(200)
    const args = { containers: [{ name: 'side', args: ['c'] }] }
    ;(await api.patch(path, 'strategic', podPatch(args), show)).is(200)
    const source = { fieldRef: { fieldPath: 'metadata.name' } }
    const from = { containers: [{ name: 'main', env: [{ name: 'A', value: null, valueFrom: source }] }] }
    ;(await api.patch(path, 'strategic', podPatch(from), show)).is(200)
    const both = { containers: [{ name: 'main', env: [{ name: 'B', valueFrom: source }] }] }
    ;(await api.patch(path, 'strategic', podPatch(both), show)).is(422)
  },

  'ports of containers are merged by number': async (api) => {
    const path = await makeDeployment(api)
    const ports = [
      { containerPort: 53, name: 'renamed' },
      { containerPort: 8080, name: 'more' },
    ]
    ;(await api.patch(path, 'strategic', podPatch({ containers: [{ name: 'main', ports }] }), show)).is(200)
    const gone = { containers: [{ name: 'main', ports: [{ containerPort: 80, $patch: 'delete' }] }] }
    ;(await api.patch(path, 'strategic', podPatch(gone), show)).is(200)
  },

  'volumes are merged by name and keep one source only': async (api) => {
    const path = await makeDeployment(api)
    const both = { volumes: [{ name: 'tmp', configMap: { name: 'x' } }] }
    ;(await api.patch(path, 'strategic', podPatch(both), show)).is(422)
    const retained = {
      volumes: [{ name: 'tmp', configMap: { name: 'x' }, $retainKeys: ['name', 'configMap'] }],
    }
    ;(await api.patch(path, 'strategic', podPatch(retained), show)).is(200)
    const swapped = { volumes: [{ name: 'conf', configMap: null, emptyDir: { medium: 'Memory' } }] }
    ;(await api.patch(path, 'strategic', podPatch(swapped), show)).is(200)
    const wrong = { volumes: [{ name: 'tmp', secret: { secretName: 'x' }, $retainKeys: ['name'] }] }
    ;(await api.patch(path, 'strategic', podPatch(wrong), show)).is(400)
    const noList = { volumes: [{ name: 'tmp', $retainKeys: 'name' }] }
    ;(await api.patch(path, 'strategic', podPatch(noList), show)).is(400)
  },

  'items of merged lists are deleted by a directive': async (api) => {
    const path = await makeDeployment(api)
    const gone = {
      containers: [{ name: 'side', $patch: 'delete' }],
      volumes: [
        { name: 'tmp', $patch: 'delete' },
        { name: 'none', $patch: 'delete' },
      ],
      imagePullSecrets: [{ name: 'pull', $patch: 'delete' }],
    }
    ;(await api.patch(path, 'strategic', podPatch(gone), show)).is(
      200,
      pods({ containers: [{ name: 'main' }], volumes: [{ name: 'conf' }], imagePullSecrets: undefined }),
    )
    const last = { containers: [{ name: 'main', $patch: 'delete' }] }
    ;(await api.patch(path, 'strategic', podPatch(last), show)).is(422)
  },

  'merged lists are replaced by a directive': async (api) => {
    const path = await makeDeployment(api)
    const replaced = { containers: [{ $patch: 'replace' }, { name: 'only', image: 'example.com/only:1' }] }
    ;(await api.patch(path, 'strategic', podPatch(replaced), show)).is(
      200,
      pods({ containers: [{ name: 'only' }] }),
    )
    ;(await api.patch(path, 'strategic', podPatch({ volumes: [{ $patch: 'replace' }] }), show)).is(
      200,
      pods({ volumes: undefined }),
    )
  },

  'maps are replaced or emptied by a directive': async (api) => {
    const path = await makeDeployment(api)
    const replaced = { nodeSelector: { $patch: 'replace', only: 'this' } }
    ;(await api.patch(path, 'strategic', podPatch(replaced), show)).is(
      200,
      pods({ nodeSelector: { only: 'this', zone: undefined } }),
    )
    const wrong = { nodeSelector: { $patch: 'forget' } }
    ;(await api.patch(path, 'strategic', podPatch(wrong), show)).is(500)
    ;(await api.patch(path, 'strategic', podPatch({ nodeSelector: { $patch: 'merge', a: 'b' } }), show)).is(
      500,
    )
    const emptied = { nodeSelector: { $patch: 'delete' } }
    ;(await api.patch(path, 'strategic', podPatch(emptied), show)).is(200, pods({ nodeSelector: undefined }))
    ;(await api.patch(path, 'strategic', podPatch({ nodeSelector: { $patch: 'merge', a: 'b' } }), show)).is(
      200,
    )
  },

  'tolerations and arguments are replaced as a whole': async (api) => {
    const path = await makeDeployment(api)
    const tolerations = [{ key: 'b', operator: 'Equal', value: 'c', effect: 'NoSchedule' }]
    ;(await api.patch(path, 'strategic', podPatch({ tolerations }), show)).is(
      200,
      pods({ tolerations: [{ key: 'b' }] }),
    )
    ;(await api.patch(path, 'strategic', podPatch({ tolerations: null }), show)).is(
      200,
      pods({ tolerations: undefined }),
    )
  },

  'the order of a list can be set': async (api) => {
    const path = await makeDeployment(api)
    const order = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }] }
    ;(await api.patch(path, 'strategic', podPatch(order), show)).is(
      200,
      pods({ containers: [{ name: 'side' }, { name: 'main' }] }),
    )
    const withNew = {
      '$setElementOrder/containers': [{ name: 'main' }, { name: 'new' }, { name: 'side' }],
      containers: [{ name: 'new', image: 'example.com/new:1' }],
    }
    ;(await api.patch(path, 'strategic', podPatch(withNew), show)).is(
      200,
      pods({ containers: [{ name: 'main' }, { name: 'new' }, { name: 'side' }] }),
    )
    const notIn = {
      '$setElementOrder/containers': [{ name: 'main' }],
      containers: [{ name: 'other', image: 'example.com/other:1' }],
    }
    ;(await api.patch(path, 'strategic', podPatch(notIn), show)).is(500)
    const part = { '$setElementOrder/containers': [{ name: 'side' }, { name: 'new' }] }
    ;(await api.patch(path, 'strategic', podPatch(part), show)).is(200)
    ;(await api.patch(path, 'strategic', podPatch({ '$setElementOrder/containers': 'main' }), show)).is(500)
  },

  'ports of services are merged by number': async (api) => {
    const path = await makeService(api)
    ;(await api.patch(path, 'strategic', { spec: { ports: [{ port: 2, name: 'z' }] } })).is(200)
    ;(await api.patch(path, 'strategic', { spec: { ports: [{ port: 4, name: 'd' }] } })).is(200)
    ;(await api.patch(path, 'strategic', { spec: { ports: [{ port: 1, $patch: 'delete' }] } })).is(200)
    ;(await api.patch(path, 'strategic', { spec: { ports: [{ port: 4 }, { $patch: 'replace' }] } })).is(200)
    const order = { '$setElementOrder/ports': [{ port: 9 }, { port: 4 }], ports: [{ port: 9, name: 'n' }] }
    ;(await api.patch(path, 'strategic', { spec: { ...order, selector: { tier: null } } })).is(422)
  },

  'an item of a merged list must have its key': async (api) => {
    const path = await makeDeployment(api)
    const noName = { containers: [{ image: 'example.com/x:1' }] }
    ;(await api.patch(path, 'strategic', podPatch(noName), show)).is(500)
    ;(await api.patch(path, 'strategic', podPatch({ containers: [{ $patch: 'delete' }] }), show)).is(500)
    ;(await api.patch(path, 'strategic', podPatch({ containers: ['main'] }), show)).is(500)
    const unknown = { containers: [{ name: 'main', $patch: 'forget' }] }
    ;(await api.patch(path, 'strategic', podPatch(unknown), show)).is(500)
    const merge = { containers: [{ name: 'main', $patch: 'merge' }] }
    ;(await api.patch(path, 'strategic', podPatch(merge), show)).is(500)
    ;(await api.patch(path, 'strategic', podPatch({ containers: { name: 'main' } }), show)).is(422)
    ;(await api.patch(path, 'strategic', podPatch({ containers: null }), show)).is(422)
  },
}
