import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { define, widget } from '../crds/definition.ts'
import { apply, configMap, force } from './objects.ts'

const versionOf = ({ body }: Answer): string => body.metadata.resourceVersion

/** Notes which of two updates that change nothing are written. */
const updated = async (api: CaseApi, path: string, stored: Answer): Promise<void> => {
  stored.is(stored.status === 201 ? 201 : 200)
  const first = await api.patch(path, 'merge', {})
  const second = await api.patch(path, 'merge', {})
  api.note('written', [versionOf(first) !== versionOf(stored), versionOf(second) !== versionOf(first)])
}

const full = { labels: { a: 'b' }, annotations: { a: 'b' }, finalizers: ['a.b/c'] }
const empty = { labels: {}, annotations: {}, finalizers: [], ownerReferences: [] }
const none = { labels: null, annotations: null, finalizers: null, ownerReferences: null }

/** Empty fields of metadata: what an apply leaves of them is stored, shown to nobody, and gone with the next update. */
export const unshown: Cases = {
  'an empty field of metadata that is applied to a custom resource is written off by the next update': async (
    api,
  ) => {
    const path = await define(api)
    const config = (name: string, metadata: object) => ({
      ...widget(api, name, {}),
      metadata: { name, ...metadata },
    })
    for (const [field, value] of [...Object.entries(empty), ...Object.entries(none)]) {
      const name = `${field.toLowerCase()}-${value === null ? 'null' : 'empty'}`
      await updated(
        api,
        `${path}/${name}`,
        await apply(api, `${path}/${name}`, 'a', config(name, { [field]: value })),
      )
    }
    await apply(api, `${path}/a`, 'a', config('a', full))
    await updated(api, `${path}/a`, await apply(api, `${path}/a`, 'a', config('a', {})))
    await apply(api, `${path}/b`, 'a', config('b', { labels: { a: 'b' } }))
    await updated(api, `${path}/b`, await apply(api, `${path}/b`, 'a', config('b', { labels: {} })))
  },

  'fields that are left empty because others began the map are so too': async (api) => {
    const path = await define(api)
    const labelled = (labels?: object) => ({ ...widget(api, 'a', {}), metadata: { name: 'a', labels } })
    await api.post(path, labelled({ a: 'b' }))
    await apply(api, `${path}/a`, 'a', labelled({ a: 'c' }), force)
    await updated(api, `${path}/a`, await apply(api, `${path}/a`, 'a', labelled()))
  },

  'a null of no type that is left when its last item goes is not shown': async (api) => {
    const path = await define(api, {
      schema: {
        type: 'object',
        properties: { any: { 'x-kubernetes-preserve-unknown-fields': true }, b: { type: 'string' } },
      },
    })
    const config = (any: unknown) => widget(api, 'a', { any })
    await apply(api, `${path}/a`, 'a', config({ a: { b: 'c' } }))
    await updated(api, `${path}/a`, await apply(api, `${path}/a`, 'a', config({})))
  },

  'other writes leave nothing empty': async (api) => {
    const path = await define(api)
    const made = await api.post(path, { ...widget(api, 'a', {}), metadata: { name: 'a', ...empty } })
    await updated(api, `${path}/a`, made)
    const filled = await api.patch(`${path}/a`, 'merge', { metadata: { labels: { a: 'b' } } })
    const removed = [{ op: 'remove', path: '/metadata/labels/a' }]
    filled.is(200)
    await updated(api, `${path}/a`, await api.patch(`${path}/a`, 'json', removed))
    await api.patch(`${path}/a`, 'merge', { metadata: { annotations: { a: 'b' } } })
    await updated(
      api,
      `${path}/a`,
      await api.patch(`${path}/a`, 'merge', { metadata: { annotations: { a: null } } }),
    )
  },

  'a built-in kind has no empty fields': async (api) => {
    const path = api.in('configmaps', 'a')
    await updated(api, path, await apply(api, path, 'a', configMap({}, empty)))
  },
}
