import type { Resource } from '../resources/resource.ts'
import { simpleCustomSchemas } from './custom-schemas.ts'
import { builtInSchemas, openApiV3 } from './openapi.ts'
import type { Json } from './open-api-name.ts'
import { rootOf } from './open-api-paths.ts'

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const definition = (reference: unknown): unknown =>
  typeof reference === 'string' ? reference.replace('#/components/schemas/', '#/definitions/') : reference

/** A schema as OpenAPI 2 has it: no defaults, nothing that may be one of several. */
const schemaOf = (schema: unknown, isProperties = false): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => schemaOf(item))
  if (!isObject(schema)) return schema
  if (isProperties)
    return Object.fromEntries(Object.entries(schema).map(([name, field]) => [name, schemaOf(field)]))
  const { default: _default, oneOf, allOf, $ref, ...rest } = schema
  const reference = $ref ?? (Array.isArray(allOf) && isObject(allOf[0]) ? allOf[0]['$ref'] : undefined)
  const fields = Object.entries(rest).map(([key, value]) => [key, schemaOf(value, key === 'properties')])
  return {
    ...(oneOf === undefined ? {} : { type: 'string' }),
    ...Object.fromEntries(fields),
    ...(reference === undefined ? {} : { $ref: definition(reference) }),
  }
}

const mediaTypes = (content: unknown): string[] => Object.keys(isObject(content) ? content : {})

const schemaIn = (content: unknown): unknown => {
  const [first] = Object.values(isObject(content) ? content : {})
  return isObject(first) ? schemaOf(first['schema']) : undefined
}

const parameterOf = (parameter: unknown): unknown => {
  if (!isObject(parameter)) return parameter
  const { schema, ...rest } = parameter
  return { ...rest, ...(schema as Json) }
}

const operationOf = (operation: Json): Json => {
  const { tags, operationId, parameters = [], requestBody, responses, ...extensions } = operation
  const body = isObject(requestBody) ? requestBody : undefined
  const answers = Object.entries(responses as Json).map(([code, response]): [string, Json] => {
    const { description, content } = response as Json
    const schema = schemaIn(content)
    return [code, { description, ...(schema === undefined ? {} : { schema }) }]
  })
  const [first] = Object.values(responses as Json)
  const bodyParameter = body && {
    name: 'body',
    in: 'body',
    ...(body['required'] === true ? { required: true } : {}),
    schema: schemaIn(body['content']),
  }
  const all = [
    ...(bodyParameter === undefined ? [] : [bodyParameter]),
    ...(parameters as unknown[]).map(parameterOf),
  ]
  return {
    consumes: body === undefined ? ['*/*'] : mediaTypes(body['content']),
    produces: mediaTypes(isObject(first) ? first['content'] : undefined),
    schemes: ['https'],
    tags,
    operationId,
    ...(all.length === 0 ? {} : { parameters: all }),
    responses: Object.fromEntries(answers),
    ...extensions,
  }
}

const pathOf = (item: Json): Json =>
  Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      key === 'parameters' ? (value as unknown[]).map(parameterOf) : operationOf(value as Json),
    ]),
  )

interface Document {
  readonly paths: Readonly<Record<string, Json>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

/** `/openapi/v2`: all that is served, in one document. */
export const openApiV2 = (resources: readonly Resource[]): Json => {
  const paths: Record<string, Json> = {}
  const definitions: Record<string, unknown> = {}
  for (const root of new Set(resources.map(rootOf))) {
    const text = openApiV3(resources, root)?.text
    if (text === undefined) continue
    const document = JSON.parse(text) as Document
    for (const [path, item] of Object.entries(document.paths)) paths[path] = pathOf(item)
    for (const [name, schema] of Object.entries(document.components.schemas))
      if (definitions[name] === undefined && builtInSchemas().find(name) !== undefined)
        definitions[name] = schemaOf(schema)
  }
  for (const resource of resources)
    if (resource.isCustom)
      for (const [name, schema] of simpleCustomSchemas(resource)) definitions[name] = schemaOf(schema)
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: '1.35' },
    paths,
    definitions,
    securityDefinitions: {
      BearerToken: {
        description: 'Bearer Token authentication',
        type: 'apiKey',
        name: 'authorization',
        in: 'header',
      },
    },
    security: [{ BearerToken: [] }],
  }
}
