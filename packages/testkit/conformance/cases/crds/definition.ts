import type { CaseApi } from '../../case-api.ts'

export interface Definition {
  readonly schema?: object
  /** Added to the version: subresources, columns, selectable fields. */
  readonly version?: object
  /** Instead of one version `v1`. */
  readonly versions?: readonly object[]
  readonly spec?: object
  readonly names?: object
  readonly plural?: string
}

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** The group of a case's definitions: there is one of this name, for this case alone. */
export const groupOf = (api: CaseApi): string => `${api.namespace}.example.com`

/** A version with this schema of its `spec`. */
export const versionOf = (name: string, spec: object = anything, more: object = {}) => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: anything } } },
  ...more,
})

/** A CustomResourceDefinition of widgets; `schema` is that of their `spec`. */
export const definition = (
  api: CaseApi,
  { schema = anything, version = {}, versions, spec = {}, names = {}, plural = 'widgets' }: Definition = {},
) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${groupOf(api)}` },
  spec: {
    group: groupOf(api),
    scope: 'Namespaced',
    names: { plural, singular: 'widget', kind: 'Widget', listKind: 'WidgetList', ...names },
    versions: versions ?? [versionOf('v1', schema, version)],
    ...spec,
  },
})

export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

const only = ({ kind }: { kind: string }) => ({ kind })

/** Makes a definition and waits until its objects are served; answers the path of their collection. */
export const define = async (api: CaseApi, wanted: Definition = {}): Promise<string> => {
  const made = await api.post(definitions, definition(api, wanted), { show: only })
  made.is(201)
  return served(api, wanted.plural)
}

/** Waits until a version of the widgets is served; answers the path of their collection. */
export const served = async (api: CaseApi, plural = 'widgets', version = 'v1'): Promise<string> => {
  const path = api.in(`${groupOf(api)}/${version}/${plural}`)
  await api.until(path, ({ status }) => status === 200, { show: only })
  return path
}

/** A widget with this spec. */
export const widget = (api: CaseApi, name: string, spec: unknown, more: object = {}) => ({
  apiVersion: `${groupOf(api)}/v1`,
  kind: 'Widget',
  metadata: { name },
  ...(spec === undefined ? {} : { spec }),
  ...more,
})

/**
 * Gives the `spec` of widgets other properties and waits until they are in force, which the object at `path` shows: a
 * default of the new schema is there when it is read.
 */
export const redefine = async (
  api: CaseApi,
  path: string,
  properties: object,
  more: object = {},
): Promise<void> => {
  const schema = {
    type: 'object',
    properties: { ...properties, inForce: { type: 'string', default: 'yes' } },
    ...more,
  }
  const at = `${definitions}/widgets.${groupOf(api)}`
  await api.patch(at, 'merge', { spec: { versions: [versionOf('v1', schema)] } }, { show: only })
  await api.until(path, ({ body }) => body.spec?.inForce === 'yes')
}

/** A refusal with its causes sorted: siblings are judged in no order. */
export const anyOrder = (body: {
  message?: string
  details?: { causes?: readonly { field: string; message: string }[] }
}): object => {
  const text = ({ field, message }: { field: string; message: string }): string => `${field}: ${message}`
  const causes = (body.details?.causes ?? []).toSorted((left, right) => (text(left) < text(right) ? -1 : 1))
  const parts = [...new Set(causes.map(text))]
  const start = body.message?.indexOf('is invalid: [') ?? -1
  const listed = body.message?.slice(start + 'is invalid: ['.length, -1)
  const isOfParts =
    start > 0 && parts.every((part) => listed?.includes(part)) && listed?.length === parts.join(', ').length
  return {
    ...body,
    ...(isOfParts ? { message: `${body.message?.slice(0, start)}is invalid: [${parts.join(', ')}]` } : {}),
    details: { ...body.details, causes },
  }
}
