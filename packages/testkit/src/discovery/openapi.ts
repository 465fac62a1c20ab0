import { createHash } from 'node:crypto'
import type { Resource } from '../resources/resource.ts'
import { BuiltInSchemas } from './built-in-schemas.ts'
import { customSchemas } from './custom-schemas.ts'
import { metaNames, referencesIn } from './open-api-name.ts'
import type { Json } from './open-api-name.ts'
import { listingOf, pathsOf, rootOf } from './open-api-paths.ts'
import { generalDocuments } from './open-api-general.ts'

/** A part of many documents: the same in each of them. */
let builtIn: BuiltInSchemas | undefined
export const builtInSchemas = (): BuiltInSchemas => (builtIn ??= new BuiltInSchemas())

/** Of DeleteOptions: every group takes them. */
const everyKind = (name: string, resources: readonly Resource[]): Json => {
  if (name !== metaNames.deleteOptions && name !== metaNames.watchEvent) return {}
  const kind = name === metaNames.watchEvent ? 'WatchEvent' : 'DeleteOptions'
  const versions = new Map(
    resources.map(({ group, version }) => [`${group}/${version}`, { group, kind, version }]),
  )
  return { 'x-kubernetes-group-version-kind': [...versions.values()] }
}

/** All schemas that these refer to, and what those refer to. */
const closure = (parts: readonly unknown[], custom: ReadonlyMap<string, Json>): Map<string, Json> => {
  const found = new Map<string, Json>()
  const left = [...parts.flatMap((part) => [...referencesIn(part)])]
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (found.has(name)) continue
    const schema = custom.get(name) ?? builtInSchemas().find(name)
    if (schema === undefined) continue
    found.set(name, schema)
    left.push(...referencesIn(schema))
  }
  return found
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1

/** What is told of a custom group is said to be by another part of the server. */
const infoOf = ({ isCustom }: Resource): Json =>
  isCustom ? { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' } : { title: 'Kubernetes', version: '1.35' }

const security = {
  securitySchemes: {
    BearerToken: {
      type: 'apiKey',
      description: 'Bearer Token authentication',
      name: 'authorization',
      in: 'header',
    },
  },
}

const documentOf = (served: readonly Resource[], first: Resource, all: readonly Resource[]): Json => {
  const paths = [...(first.isCustom ? [] : [listingOf(first)]), ...served.flatMap(pathsOf)]
  const custom = new Map(served.filter(({ isCustom }) => isCustom).flatMap(customSchemas))
  const schemas = [...closure([...paths], custom)].map(([name, schema]): [string, Json] => [
    name,
    { ...schema, ...everyKind(name, first.isCustom ? all.filter(({ isCustom }) => !isCustom) : all) },
  ])
  return {
    openapi: '3.0.0',
    info: infoOf(first),
    paths: Object.fromEntries(paths.toSorted(byName)),
    components: {
      schemas: Object.fromEntries(schemas.toSorted(byName)),
      ...(first.isCustom ? {} : security),
    },
  }
}

export interface OpenApiDocument {
  /** JSON */
  readonly text: string
  /** SHA-512 of the text, in capital hexadecimal digits. */
  readonly hash: string
}

export const hashOf = (text: string): string => createHash('sha512').update(text).digest('hex').toUpperCase()

const withHash = (document: Json): OpenApiDocument => {
  const text = JSON.stringify(document)
  return { text, hash: hashOf(text) }
}

/** Resources do not change while they are served, so their documents need to be made only once. */
const known = new WeakMap<
  Resource,
  { readonly served: readonly Resource[]; readonly document: OpenApiDocument }
>()

/** `/openapi/v3/ROOT`; undefined when nothing is served there. */
export const openApiV3 = (resources: readonly Resource[], root: string): OpenApiDocument | undefined => {
  const served = resources.filter((resource) => rootOf(resource) === root)
  const [first] = served
  if (first === undefined) {
    const general = generalDocuments(resources).get(root)
    return general === undefined ? undefined : withHash(general)
  }
  const before = known.get(first)
  if (
    before?.served.length === served.length &&
    served.every((resource, at) => resource === before.served[at])
  )
    return before.document
  const document = withHash(documentOf(served, first, resources))
  known.set(first, { served, document })
  return document
}

/** `/openapi/v3`: where the document of each group version is. */
export const openApiIndex = (resources: readonly Resource[]): Json => {
  const roots = [...new Set([...generalDocuments(resources).keys(), ...resources.map(rootOf)])].sort()
  const entries = roots.map((root) => {
    const hash = openApiV3(resources, root)?.hash ?? ''
    return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }]
  })
  return { paths: Object.fromEntries(entries) as unknown }
}
