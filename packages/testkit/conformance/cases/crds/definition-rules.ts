import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { anyOrder, define, definition, definitions, groupOf, versionOf } from './definition.ts'

const refused = async (api: CaseApi, wanted: Parameters<typeof definition>[1]): Promise<void> => {
  const made = await api.post(definitions, definition(api, wanted), { show: anyOrder })
  made.is(422, { reason: 'Invalid' })
}

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const conversion = (more: object) => ({ spec: { conversion: more } })
const webhook = (clientConfig: object, conversionReviewVersions: readonly string[] = ['v1']) =>
  conversion({ strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions } })

const other = { name: 'other' }
const two = (first: object, second: object) => ({
  versions: [versionOf('v1', anything, first), versionOf('v2', anything, { storage: false, ...second })],
})

export const definitionRules: Cases = {
  'a conversion has a strategy that is known': async (api) => {
    await refused(api, conversion({ strategy: 'Magic' }))
    await refused(api, conversion({}))
    await refused(api, conversion({ strategy: '' }))
  },

  'a webhook conversion says where the webhook is': async (api) => {
    await refused(api, conversion({ strategy: 'Webhook' }))
    await refused(api, conversion({ strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'] } }))
    await refused(api, webhook({}))
    await refused(
      api,
      webhook({ url: 'https://example.com', service: { namespace: 'a', name: 'b', path: '/c' } }),
    )
  },

  'a conversion of no webhook has none': async (api) => {
    await refused(
      api,
      conversion({
        strategy: 'None',
        webhook: { clientConfig: { url: 'https://example.com' }, conversionReviewVersions: ['v1'] },
      }),
    )
  },

  'the URL of a webhook is a bare one of https': async (api) => {
    for (const url of [
      'http://example.com',
      'https://',
      'example.com',
      'https://user@example.com/a',
      'https://example.com/a?b=c',
      'https://example.com/a#b',
      'https://exa mple.com',
    ])
      await refused(api, webhook({ url }))
  },

  'the service of a webhook has a name, a port and a path': async (api) => {
    for (const service of [
      { namespace: '', name: '' },
      { namespace: 'a', name: 'b', port: 0 },
      { namespace: 'a', name: 'b', port: 70_000 },
      { namespace: 'a', name: 'b', path: 'c' },
      { namespace: 'a', name: 'b', path: '//' },
      { namespace: 'a', name: 'b', path: '/a//b' },
      { namespace: 'a', name: 'b', path: '/A_b' },
    ])
      await refused(api, webhook({ service }))
  },

  'a webhook is asked in a version that the server knows': async (api) => {
    const url = 'https://example.com'
    await refused(api, webhook({ url }, []))
    await refused(api, webhook({ url }, ['v9']))
    await refused(api, webhook({ url }, ['v1', 'v1', 'V2']))
  },

  'the port and the path of a service have defaults': async (api) => {
    const made = await api.post(
      definitions,
      definition(api, webhook({ service: { namespace: 'a', name: 'b' } })),
      {
        show: (body) => body.spec?.conversion ?? body,
      },
    )
    made.is(201, { spec: { conversion: { webhook: { clientConfig: { service: { port: 443 } } } } } })
  },

  'a caBundle is checked once the definition is established': async (api) => {
    const caBundle = Buffer.from('no certificate').toString('base64')
    await define(api)
    const at = `${definitions}/widgets.${groupOf(api)}`
    const show = (body: { kind: string; message?: string; details?: object }) => ({
      kind: body.kind,
      message: body.message,
      details: body.details,
    })
    const webhookConversion = (clientConfig: object) => ({
      spec: webhook({ url: 'https://example.com', ...clientConfig }).spec,
    })
    const wrong = await api.patch(at, 'merge', webhookConversion({ caBundle }), { show })
    wrong.is(422)
    const none = await api.patch(at, 'merge', webhookConversion({}), { show })
    none.is(200)
  },

  'a caBundle that is wrong from the beginning may stay': async (api) => {
    const caBundle = Buffer.from('no certificate').toString('base64')
    const made = await api.post(
      definitions,
      definition(api, webhook({ url: 'https://example.com', caBundle })),
      { show: (body) => body.spec?.conversion ?? body },
    )
    made.is(201)
    const at = `${definitions}/widgets.${groupOf(api)}`
    await api.until(at, ({ body }) => body.status.conditions?.length === 2, {
      show: ({ kind }) => ({ kind }),
    })
    const kept = await api.patch(
      at,
      'merge',
      { spec: { conversion: { webhook: { conversionReviewVersions: ['v1', 'v1beta1'] } } } },
      { show: (body) => body.spec?.conversion ?? body },
    )
    kept.is(200)
  },

  'scale has its paths below spec and status': async (api) => {
    const scale = (paths: object) => ({ version: { subresources: { scale: paths } } })
    await refused(api, scale({}))
    await refused(api, scale({ specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' }))
    await refused(api, scale({ specReplicasPath: '.status.replicas', statusReplicasPath: '.spec.replicas' }))
    await refused(
      api,
      scale({
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.metadata.labels',
      }),
    )
  },

  'a printer column has a name, a type and a path': async (api) => {
    const columns = (...additionalPrinterColumns: readonly object[]) => ({
      version: { additionalPrinterColumns },
    })
    await refused(api, columns({ name: '', type: '', jsonPath: '' }))
    await refused(api, columns({ name: 'a', type: 'text', jsonPath: '.spec.a' }))
    await refused(api, columns({ name: 'a', type: 'string', jsonPath: 'spec.a' }))
    await refused(api, columns({ name: 'a', type: 'string', format: 'odd', jsonPath: '.spec.a' }))
  },

  'what versions do not share is refused where it is': async (api) => {
    const scale = { subresources: { scale: { specReplicasPath: 'x', statusReplicasPath: '.status.x' } } }
    const column = { additionalPrinterColumns: [{ name: 'a', type: 'text', jsonPath: '.spec.a' }] }
    await refused(api, two(scale, {}))
    await refused(api, two(column, {}))
    await refused(api, two(scale, scale))
    await refused(api, two(column, column))
    const field = { selectableFields: [{ jsonPath: '.spec.x' }] }
    await refused(api, two(field, {}))
    await refused(api, two(field, field))
  },

  'a deprecation warning is a text of a deprecated version': async (api) => {
    await refused(api, { version: { deprecationWarning: 'gone soon' } })
    await refused(api, { version: { deprecated: true, deprecationWarning: '' } })
    await refused(api, { version: { deprecated: true, deprecationWarning: 'x'.repeat(257) } })
    await refused(api, { version: { deprecated: true, deprecationWarning: 'a\nb' } })
  },

  'the names of a definition are labels': async (api) => {
    await refused(api, { names: { kind: 'Wid get' } })
    await refused(api, { names: { singular: 'Widget' } })
    await refused(api, { names: { shortNames: ['W', 'w1', '1w'] } })
    await refused(api, { names: { categories: ['all things'] } })
    await refused(api, { names: { listKind: 'Widget' } })
  },

  'unknown fields of a definition are preserved by its schema alone': async (api) => {
    await refused(api, { spec: { preserveUnknownFields: true } })
    const made = await api.post(definitions, definition(api, { spec: { preserveUnknownFields: false } }), {
      show: (body) => body.spec ?? body,
    })
    made.is(201)
  },

  'a schema with a status has little else at its root': async (api) => {
    const version = (root: object) => ({
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', ...root } },
        },
      ],
    })
    // the schema as a whole is in the words: only what is after it is shown
    const said = (body: { message?: string }) => body.message?.replace(/Invalid value: \{.*\}: /, '')
    const made = await api.post(definitions, definition(api, version({ minProperties: 1 })), { show: said })
    made.is(422)
    const may = await api.post(
      definitions,
      definition(api, version({ description: 'x', required: ['spec'], properties: { spec: anything } })),
      { show: ({ kind }) => ({ kind }) },
    )
    may.is(201)
  },

  'a definition keeps its scope and kind once it is established': async (api) => {
    await define(api)
    const at = `${definitions}/widgets.${groupOf(api)}`
    const scope = await api.patch(at, 'merge', { spec: { scope: 'Cluster' } })
    scope.is(422)
    const kind = await api.patch(at, 'merge', { spec: { names: { kind: 'Gadget', listKind: 'GadgetList' } } })
    kind.is(422)
    const plural = await api.patch(at, 'merge', { spec: { names: { plural: 'gadgets' } } })
    plural.is(422)
    const group = await api.patch(at, 'merge', { spec: { group: `${other.name}.example.com` } })
    group.is(422)
    const short = await api.patch(
      at,
      'merge',
      { spec: { names: { shortNames: ['wd'], categories: ['all'] } } },
      { show: (body) => body.spec?.names ?? body },
    )
    short.is(200)
    await api.until(at, ({ body }) => body.status.acceptedNames.shortNames?.[0] === 'wd', {
      show: (body) => body.status?.acceptedNames ?? body,
    })
  },

  'the status of a definition is written by itself': async (api) => {
    await define(api)
    const at = `${definitions}/widgets.${groupOf(api)}`
    const show = ({ kind, spec, status, message, details }: Record<string, Record<string, unknown>>) =>
      kind === undefined
        ? {}
        : { kind, group: spec?.['group'], stored: status?.['storedVersions'], message, details }
    const ignored = await api.patch(at, 'merge', { status: { storedVersions: ['v1', 'v0'] } }, { show })
    ignored.is(200, { status: { storedVersions: ['v1'] } })
    const written = await api.patch(
      `${at}/status`,
      'merge',
      { status: { storedVersions: ['v1', 'v0'] }, spec: { group: 'x' } },
      { show },
    )
    written.is(200)
    const changed = await api.patch(at, 'merge', { spec: { names: { shortNames: ['wx'] } } }, { show })
    changed.is(422)
    const names = await api.patch(
      `${at}/status`,
      'merge',
      { status: { acceptedNames: { kind: 'W W' } } },
      { show },
    )
    names.is(422)
  },
}
