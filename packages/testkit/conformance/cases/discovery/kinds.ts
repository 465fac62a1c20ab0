import type { CaseApi } from '../../case-api.ts'

export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

const version = (name: string, storage: boolean, more: object = {}) => ({
  name,
  served: true,
  storage,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: { type: 'object', properties: { size: { type: 'integer', description: 'How big.' } } },
      },
    },
  },
  ...more,
})

const onlyKind = ({ kind }: { readonly kind: string }): string => kind

/** The group of a case's custom kinds. */
export const groupOf = (api: CaseApi): string => `${api.namespace}.example.com`

/** A definition of gadgets with these versions, the first of them stored; waits until it is served. */
export const define = async (
  api: CaseApi,
  versions: readonly string[],
  { more = {}, names = {}, scope = 'Namespaced' }: { more?: object; names?: object; scope?: string } = {},
): Promise<string> => {
  const group = groupOf(api)
  const object = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope,
      names: { plural: 'gadgets', kind: 'Gadget', ...names },
      versions: versions.map((name, at) => version(name, at === 0, more)),
    },
  }
  ;(await api.post(definitions, object, { show: onlyKind })).is(201)
  for (const name of versions)
    await api.until(
      `/apis/${group}/${name}`,
      ({ status, body }) => status === 200 && body.resources.length > 0,
      { show: onlyKind },
    )
  return group
}

interface Resource {
  readonly name: string
}

/** Of a list of resources, those of these names with their subresources. */
export const resources =
  (...names: readonly string[]) =>
  (body: { readonly resources?: readonly Resource[] }): unknown =>
    body.resources === undefined
      ? body
      : {
          ...body,
          resources: body.resources.filter(({ name }) => names.includes(name)),
        }

interface Group {
  readonly name?: string
  readonly metadata?: { readonly name: string }
}

/** Of a list of groups, those that a test says yes to. */
export const groups =
  (isShown: (name: string) => boolean) =>
  (body: { readonly groups?: readonly Group[]; readonly items?: readonly Group[] }): unknown => ({
    ...body,
    ...(body.groups === undefined ? {} : { groups: body.groups.filter(({ name = '' }) => isShown(name)) }),
    ...(body.items === undefined
      ? {}
      : { items: body.items.filter(({ metadata }) => isShown(metadata?.name ?? '')) }),
  })

/** Groups of other cases come and go. */
export const isBuiltIn = (name: string): boolean => !name.endsWith('.example.com')
