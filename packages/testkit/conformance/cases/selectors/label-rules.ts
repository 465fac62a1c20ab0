import type { Cases } from '../../conformance-case.ts'

const configMap = (metadata: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
})

const invalid = (field: string) => ({
  kind: 'Status',
  reason: 'Invalid',
  message: (message: string) => message.startsWith('ConfigMap "a" is invalid: '),
  details: {
    name: 'a',
    kind: 'ConfigMap',
    causes: (causes: { field: string }[]) => causes[0]?.field === field,
  },
})

/** What labels and annotations may be, so that selectors can name them. */
export const labelRules: Cases = {
  'an object with an impossible label is not written': async (api) => {
    const wrong: readonly Readonly<Record<string, string>>[] = [
      { '-a': 'b' },
      { 'a/b/c': 'x' },
      { '/a': 'x' },
      { 'Example.com/a': 'x' },
      { 'example.com/': 'x' },
      { ['k'.repeat(64)]: 'x' },
      { [`${'x'.repeat(254)}/a`]: 'x' },
      { '': 'x' },
      { a: '-b' },
      { a: 'x'.repeat(64) },
      { a: 'b c' },
    ]
    for (const labels of wrong)
      (await api.post(api.in('configmaps'), configMap({ labels }))).is(422, invalid('metadata.labels'))
    const good = { 'example.com/a_b.c-D': 'A_b.c-9', empty: '', ['k'.repeat(63)]: 'v'.repeat(63) }
    ;(await api.post(api.in('configmaps'), configMap({ labels: good }))).is(201, {
      metadata: { labels: good },
    })
  },

  'keys of annotations have the rule of labels but may be in upper case, values are any text': async (
    api,
  ) => {
    for (const annotations of [{ '-a': 'b' }, { 'a/b/c': 'x' }, { '': 'x' }])
      (await api.post(api.in('configmaps'), configMap({ annotations }))).is(
        422,
        invalid('metadata.annotations'),
      )
    const good = { 'Example.com/A': 'any text: -/,=\n', b: '' }
    ;(await api.post(api.in('configmaps'), configMap({ annotations: good }))).is(201, {
      metadata: { annotations: good },
    })
  },

  'annotations of more than 256 KiB are refused': async (api) => {
    const annotations = { a: 'x'.repeat(200_000), b: 'y'.repeat(62_143) }
    ;(await api.post(api.in('configmaps'), configMap({ annotations }))).is(422, {
      details: {
        causes: [
          {
            reason: 'FieldValueTooLong',
            message: 'Too long: may not be more than 262144 bytes',
            field: 'metadata.annotations',
          },
        ],
      },
    })
  },

  'a patch to an impossible label or annotation changes nothing': async (api) => {
    await api.post(api.in('configmaps'), configMap({ labels: { a: 'b' } }))
    const path = api.in('configmaps', 'a')
    ;(await api.patch(path, 'merge', { metadata: { labels: { a: '!' } } })).is(
      422,
      invalid('metadata.labels'),
    )
    ;(await api.patch(path, 'json', [{ op: 'add', path: '/metadata/annotations', value: { '!': 'x' } }])).is(
      422,
    )
    ;(await api.get(path)).is(200, { metadata: { labels: { a: 'b' }, annotations: undefined } })
  },
}
