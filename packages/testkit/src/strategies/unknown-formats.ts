import { isJsonObject, listAt, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** Formats of texts that the real server checks, without the dashes of their names. */
const known = new Set(
  'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname'.split(
    ' ',
  ),
)

const collect = (schema: unknown, found: Set<string>): void => {
  if (!isJsonObject(schema)) return
  const { type, format, properties, items, additionalProperties, allOf, anyOf, oneOf, not } = schema
  if (type === 'string' && typeof format === 'string' && !known.has(format.replaceAll('-', '')))
    found.add(format)
  const parts = [items, additionalProperties, not, ...Object.values(recordAt(properties))]
  for (const part of [...parts, ...[allOf, anyOf, oneOf].flat()]) collect(part, found)
}

const formatsOf = (definition: KubeObject): Set<string> => {
  const found = new Set<string>()
  for (const version of listAt(definition, 'spec', 'versions'))
    collect(recordAt(version, 'schema')['openAPIV3Schema'], found)
  found.delete('')
  return found
}

/** Warnings of formats that nothing checks, and that were not there before. */
export const unknownFormats = (definition: KubeObject, old?: KubeObject): string[] => {
  const before = old === undefined ? new Set<string>() : formatsOf(old)
  return [...formatsOf(definition)]
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`)
}
