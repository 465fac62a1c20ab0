import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'

interface Things {
  /** The collection in the case's namespace. */
  readonly path: string
  /** Of the CustomResourceDefinition. */
  readonly definition: string
  readonly thing: (name: string, spec: object) => Promise<Answer>
}

/** A kind of the case's own, served; `.spec.color` can be selected by. */
export const withThings = async (api: CaseApi): Promise<Things> => {
  const group = `${api.unique('things')}.example.com`
  const spec = { type: 'object', properties: { color: { type: 'string' } } }
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const answer = await api.post(
    definitions,
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
            selectableFields: [{ jsonPath: '.spec.color' }],
          },
        ],
      },
    },
    { show: () => undefined },
  )
  answer.is(201)
  const path = `/apis/${group}/v1/namespaces/${api.namespace}/things`
  await api.until(path, ({ status }) => status === 200)
  return {
    path,
    definition: `${definitions}/things.${group}`,
    async thing(name, own) {
      const made = await api.post(path, {
        apiVersion: `${group}/v1`,
        kind: 'Thing',
        metadata: { name },
        spec: own,
      })
      return made.is(201)
    },
  }
}
