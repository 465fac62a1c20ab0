import type { Cases } from '../../conformance-case.ts'
import { define, groupOf, widget } from '../crds/definition.ts'
import { configMap, denied, expectCalled, patched, quiet, rule, withWebhooks } from './webhook.ts'
import type { HookAnswer } from './webhook.ts'

const add = (key: string, value: string): HookAnswer => patched({ op: 'add', path: `/data/${key}`, value })

const crd = (name: string, groupName: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${name}.${groupName}` },
  spec: {
    group: groupName,
    scope: 'Namespaced',
    names: { plural: name, singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: ['v1', 'v2'].map((version) => ({
      name: version,
      served: true,
      storage: version === 'v1',
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: {
                size: { type: 'integer', default: 3, maximum: 9 },
                mode: { type: 'string' },
                inner: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
              },
            },
          },
        },
      },
    })),
  },
})

/** What mutating webhooks make of objects. */
export const mutation: Cases = {
  'a patch is applied, and what it made is stored': (api) =>
    withWebhooks(api, { mutating: [{ name: 'one', answer: () => add('b', '2') }] }, async () => {
      ;(await api.post(api.in('configmaps'), configMap('a'))).is(201, { data: { a: '1', b: '2' } })
      ;(await api.get(api.in('configmaps', 'a'))).is(200, { data: { a: '1', b: '2' } })
    }),
  'webhooks are called in the order of their names within a configuration, each about what the others made': (
    api,
  ) =>
    withWebhooks(
      api,
      {
        mutating: [
          { name: 'z', answer: () => add('b', '1') },
          { name: 'a', answer: ({ object }) => add('c', `${object.data.b}+1`) },
        ],
        validating: [{ name: 'last' }],
      },
      async (hooks) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        expectCalled(hooks.called(), 'z', 'a', 'last')
      },
    ),
  'configurations are taken in the order of their names, and a change of a later one calls an earlier one again':
    async (api) => {
      const order: string[] = []
      const noted =
        (name: string, answer: HookAnswer = { response: {} }) =>
        (): HookAnswer => {
          order.push(name)
          return answer
        }
      const again = { reinvocationPolicy: 'IfNeeded' }
      await withWebhooks(
        api,
        { mutating: [{ name: 'one', answer: noted('z', add('z', '1')), fields: again }] },
        () =>
          withWebhooks(
            api,
            { mutating: [{ name: 'one', answer: noted('a', add('a', '2')), fields: again }] },
            async () => {
              order.length = 0
              ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
              api.note('the order', order)
            },
            { prefix: 'a-' },
          ),
        { prefix: 'z-' },
      )
    },
  'a webhook that wants it is called again when one after it changed the object, others are not': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          { name: 'again', fields: { reinvocationPolicy: 'IfNeeded' } },
          { name: 'never' },
          { name: 'changes', fields: { reinvocationPolicy: 'IfNeeded' }, answer: () => add('b', '1') },
        ],
      },
      async (hooks) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        expectCalled(hooks.called(), 'again', 'never', 'changes', 'again')
      },
    ),
  'any patch of a built-in object counts as a change': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          { name: 'again', fields: { reinvocationPolicy: 'IfNeeded' } },
          { name: 'same', answer: () => add('a', '1') },
        ],
      },
      async (hooks) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        expectCalled(hooks.called(), 'again', 'same', 'again')
      },
    ),
  'labels, annotations, finalizers and owners of a patch are kept; what the server decides is not': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'one',
            answer: () =>
              patched(
                { op: 'add', path: '/metadata/labels', value: { l: '1' } },
                { op: 'add', path: '/metadata/annotations', value: { n: '1' } },
                { op: 'add', path: '/metadata/finalizers', value: ['example.com/f'] },
                { op: 'add', path: '/metadata/uid', value: 'mine' },
                { op: 'add', path: '/metadata/creationTimestamp', value: '2001-01-01T00:00:00Z' },
              ),
            fields: { rules: [rule(['CREATE'], ['configmaps'])] },
          },
        ],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { finalizers: null } })
      },
    ),
  'a patch that names the object gives it that name instead of a generated one': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          { name: 'one', answer: () => patched({ op: 'add', path: '/metadata/name', value: 'given' }) },
        ],
      },
      async () => {
        await api.post(api.in('configmaps'), { ...configMap(''), metadata: { generateName: 'g-' } })
        await api.get(api.in('configmaps', 'given'))
      },
    ),
  'a patch that renames, or moves the object to another namespace': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'one',
            answer: ({ name, operation }) =>
              operation === 'CREATE' && name !== 'to-move' && name !== 'to-name'
                ? { response: {} }
                : name === 'to-move'
                  ? patched({ op: 'replace', path: '/metadata/namespace', value: 'default' })
                  : patched({ op: 'replace', path: '/metadata/name', value: 'other' }),
          },
        ],
      },
      async () => {
        await api.post(api.in('configmaps'), configMap('to-move'))
        await api.post(api.in('configmaps'), configMap('to-name'))
        await api.post(api.in('configmaps'), configMap('a'))
        await api.patch(api.in('configmaps', 'a'), 'merge', { data: { b: '1' } })
      },
    ),
  'an update is patched too; one that the patch makes nothing of changes no version': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'one',
            answer: ({ operation, oldObject }) =>
              operation === 'UPDATE'
                ? patched({ op: 'replace', path: '/data', value: oldObject.data })
                : { response: {} },
          },
        ],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        ;(await api.patch(api.in('configmaps', 'a'), 'merge', { data: { b: '1' } })).is(200, {
          data: { a: '1' },
        })
      },
    ),
  'a mutating webhook is asked before a stale version is told': (api) =>
    withWebhooks(api, { mutating: [{ name: 'first' }], validating: [{ name: 'then' }] }, async (hooks) => {
      const made = await api.post(api.in('configmaps'), configMap('a'))
      await api.patch(api.in('configmaps', 'a'), 'merge', { data: { b: '1' } })
      // what a server has in its cache it tries first
      const cached = `${api.in('configmaps', 'a')}?resourceVersion=0`
      await api.until(cached, ({ body }) => body.data.b === '1', quiet)
      hooks.called()
      ;(await api.put(api.in('configmaps', 'a'), { ...made.body, data: {} })).is(409)
      expectCalled(hooks.called(), 'first')
    }),
  'who writes meanwhile is not overwritten: a patch without a version is asked about again': (api) => {
    let meanwhile: (() => Promise<unknown>) | undefined
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'slow',
            answer: async ({ operation, object }) => {
              if (operation === 'UPDATE' && object.data.mine !== undefined) {
                const write = meanwhile
                meanwhile = undefined
                await write?.()
              }
              return { response: {} }
            },
          },
        ],
      },
      async (hooks) => {
        await api.post(api.in('configmaps'), configMap('a'))
        hooks.called()
        meanwhile = () =>
          api.patch(api.in('configmaps', 'a'), 'merge', { data: { theirs: '1' } }, { show: () => undefined })
        const written = await api.patch(api.in('configmaps', 'a'), 'merge', { data: { mine: '1' } })
        written.is(200, { data: { a: '1', mine: '1', theirs: '1' } })
        // a server may try more than twice
        expectCalled(hooks.called().slice(0, 3), 'slow', 'slow', 'slow')
      },
    )
  },
  'who writes meanwhile makes a write with a version a conflict': (api) => {
    let meanwhile: (() => Promise<unknown>) | undefined
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'slow',
            answer: async ({ operation, object }) => {
              if (operation === 'UPDATE' && object.data.mine !== undefined) {
                const write = meanwhile
                meanwhile = undefined
                await write?.()
              }
              return { response: {} }
            },
          },
        ],
      },
      async () => {
        const made = await api.post(api.in('configmaps'), configMap('a'))
        meanwhile = () =>
          api.patch(api.in('configmaps', 'a'), 'merge', { data: { theirs: '1' } }, { show: () => undefined })
        ;(await api.put(api.in('configmaps', 'a'), { ...made.body, data: { mine: '1' } })).is(409)
        ;(await api.get(api.in('configmaps', 'a'))).is(200, {
          data: { a: '1', theirs: '1', mine: undefined },
        })
      },
    )
  },
  'who deletes meanwhile leaves nothing to update': (api) => {
    let meanwhile: (() => Promise<unknown>) | undefined
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'slow',
            answer: async ({ operation }) => {
              if (operation === 'UPDATE') {
                const write = meanwhile
                meanwhile = undefined
                await write?.()
              }
              return { response: {} }
            },
          },
        ],
      },
      async () => {
        await api.post(api.in('configmaps'), configMap('a'))
        meanwhile = () => api.delete(api.in('configmaps', 'a'), undefined, { show: () => undefined })
        ;(await api.patch(api.in('configmaps', 'a'), 'merge', { data: { mine: '1' } })).is(404)
      },
    )
  },
  'a custom object is patched, defaulted and pruned by its schema': async (api) => {
    const groupName = `${api.namespace}.example.com`
    const at = `/apis/${groupName}/v1/namespaces/${api.namespace}/things`
    await api.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd('things', groupName), {
      show: () => undefined,
    })
    await api.until(at, ({ status }) => status === 200, { show: () => undefined })
    await withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'one',
            fields: { rules: [rule(['CREATE', 'UPDATE'], ['things'], groupName)] },
            answer: ({ name }) =>
              name === 'big'
                ? patched({ op: 'replace', path: '/spec/size', value: 10 })
                : patched(
                    { op: 'add', path: '/spec/mode', value: 'fast' },
                    { op: 'add', path: '/spec/unknown', value: true },
                    { op: 'add', path: '/spec/inner', value: {} },
                  ),
          },
        ],
        validating: [{ name: 'then', fields: { rules: [rule(['CREATE'], ['things'], groupName)] } }],
      },
      async (hooks) => {
        await api.post(at, {
          apiVersion: `${groupName}/v1`,
          kind: 'Thing',
          metadata: { name: 'a' },
          spec: { gone: 1 },
        })
        hooks.record()
        await api.get(`${at}/a`)
        await api.post(at, {
          apiVersion: `${groupName}/v1`,
          kind: 'Thing',
          metadata: { name: 'big' },
          spec: {},
        })
      },
    )
  },
  'a webhook for another version of a resource is asked with objects of that version, unless it matches exactly':
    async (api) => {
      const groupName = `${api.namespace}.example.com`
      const at = `/apis/${groupName}/v2/namespaces/${api.namespace}/things`
      await api.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd('things', groupName), {
        show: () => undefined,
      })
      await api.until(at, ({ status }) => status === 200, { show: () => undefined })
      const rules = [rule(['CREATE', 'UPDATE', 'DELETE'], ['things'], groupName, 'v1')]
      await withWebhooks(
        api,
        {
          mutating: [
            {
              name: 'equivalent',
              fields: { rules },
              answer: ({ operation }) =>
                operation === 'DELETE'
                  ? { response: {} }
                  : patched({ op: 'add', path: '/spec/mode', value: 'fast' }),
            },
            { name: 'exact', fields: { rules, matchPolicy: 'Exact' }, answer: () => denied('not asked') },
          ],
        },
        async (hooks) => {
          await api.post(at, {
            apiVersion: `${groupName}/v2`,
            kind: 'Thing',
            metadata: { name: 'a' },
            spec: {},
          })
          hooks.record()
          await api.delete(`${at}/a`)
          hooks.record()
        },
      )
    },

  'a patch of a custom resource that takes its last label leaves an empty map that nobody sees': async (
    api,
  ) => {
    const path = await define(api)
    const rules = [rule(['CREATE'], ['widgets'], groupOf(api))]
    const unlabel = () => patched({ op: 'remove', path: '/metadata/labels/a' })
    const labelled = { ...widget(api, 'a', {}), metadata: { name: 'a', labels: { a: 'b' } } }
    await withWebhooks(
      api,
      { mutating: [{ name: 'unlabel', fields: { rules }, answer: unlabel }] },
      async () => {
        const made = await api.post(path, labelled)
        const first = await api.patch(`${path}/a`, 'merge', {})
        const second = await api.patch(`${path}/a`, 'merge', {})
        const versions = [made, first, second].map(({ body }) => body.metadata.resourceVersion)
        api.note('versions', new Set(versions).size)
      },
    )
  },

  'a field that a webhook adds and the schema does not know is written off by the next update': async (
    api,
  ) => {
    const path = await define(api, { schema: { type: 'object', properties: { a: { type: 'string' } } } })
    const rules = [rule(['CREATE'], ['widgets'], groupOf(api))]
    const answer = () => patched({ op: 'add', path: '/spec/unknown', value: 'x' })
    const fields = { rules }
    await withWebhooks(api, { mutating: [{ name: 'adds', fields, answer }] }, async () => {
      const made = await api.post(path, widget(api, 'a', { a: 'x' }))
      const first = await api.patch(`${path}/a`, 'merge', {})
      const second = await api.patch(`${path}/a`, 'merge', {})
      const versions = [made, first, second].map(({ body }) => body.metadata.resourceVersion)
      api.note('versions', new Set(versions).size)
    })
  },
}
