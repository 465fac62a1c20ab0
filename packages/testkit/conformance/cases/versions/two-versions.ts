import type { CaseApi } from '../../case-api.ts'
import { definition, definitions, groupOf, served } from '../crds/definition.ts'

const number = { type: 'integer' }
const text = { type: 'string' }

/** A version of widgets: `properties` are those of its `spec`. */
export const version = (name: string, properties: object, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: { type: 'object', properties },
        status: { type: 'object', properties: { phase: text, replicas: number } },
      },
    },
  },
  ...more,
})

/** `v1`, the stored one, has a size, `v2` a width; both have a color, with a default of its own in each. */
export const twoVersions = (first: object = {}, second: object = {}) => [
  version('v1', { size: number, color: { ...text, default: 'red' } }, first),
  version('v2', { width: number, color: { ...text, default: 'blue' } }, second),
]

/** Of an answer that a case needs, but is not about. */
export const quiet = {
  show: (body: { kind?: string } | undefined) => ({ kind: body?.kind }),
  showText: () => 'no object',
}

/** The object of the case's definition. */
export const at = (api: CaseApi): string => `${definitions}/widgets.${groupOf(api)}`

/** Defines widgets in these versions; answers the paths of their collections. */
export const defineVersions = async (
  api: CaseApi,
  versions: readonly { readonly name: string }[] = twoVersions(),
  spec: object = {},
): Promise<readonly [string, string]> => {
  const made = await api.post(definitions, definition(api, { versions, spec }), quiet)
  made.is(201)
  const paths: string[] = []
  for (const { name } of versions) paths.push(await served(api, 'widgets', name))
  return [paths[0] ?? '', paths[1] ?? '']
}

/** A widget of a version. */
export const widgetOf = (api: CaseApi, name: string, inVersion: string, more: object) => ({
  apiVersion: `${groupOf(api)}/${inVersion}`,
  kind: 'Widget',
  metadata: { name },
  ...more,
})

/** Changes the versions of the definition; `isThere` tells that it is in force. */
export const reversion = async (
  api: CaseApi,
  versions: readonly object[],
  path: string,
  isThere: (answer: {
    readonly status: number
    readonly body: { spec?: Record<string, unknown> }
  }) => boolean,
): Promise<void> => {
  await api.patch(at(api), 'merge', { spec: { versions } }, quiet)
  await api.until(path, isThere, quiet)
}

export const storedIn = (second: boolean, versions: readonly object[]): object[] =>
  versions.map((each, index) => ({ ...each, storage: (index === 1) === second }))
