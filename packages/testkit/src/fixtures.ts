import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isJsonObject } from './kube-object.ts'
import type { KubeObject } from './kube-object.ts'

/** Files, folders of files, and objects. */
export type ObjectSource = string | object

/** What was given instead of an object, and what to do about it. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list: its objects are given one by one, as in apply(...list)'
  if (!isJsonObject(value)) return JSON.stringify(value) ?? String(value)
  const missing = ['apiVersion', 'kind'].filter((field) => typeof value[field] !== 'string')
  return `one without ${missing.join(' and ')}`
}

const asObject = (value: unknown, source: string): KubeObject => {
  if (!isJsonObject(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') {
    throw new Error(`${source}: expected a Kubernetes object with apiVersion and kind, got ${shown(value)}`)
  }
  return { ...value, metadata: isJsonObject(value['metadata']) ? value['metadata'] : {} } as KubeObject
}

const objectsOfFile = (path: string): KubeObject[] => {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'))
  return documents.flatMap((document, at) => {
    const source = documents.length > 1 ? `${path}, document ${at + 1}` : path
    const [error] = document.errors
    if (error !== undefined) throw new Error(`${source}: ${error.message}`)
    const value: unknown = document.toJS()
    if (value === null || value === undefined) return []
    if (!isJsonObject(value) || value['kind'] !== 'List' || !Array.isArray(value['items']))
      return [asObject(value, source)]
    return (value['items'] as unknown[]).map((item, index) => asObject(item, `${source}, item ${index + 1}`))
  })
}

const objectsOfFolder = (path: string): KubeObject[] =>
  readdirSync(path)
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .sort()
    .flatMap((name) => objectsOfFile(join(path, name)))

/** Where one of several sources that are no paths is: `object 2 of 3`. */
const placeOf = (at: number, count: number): string =>
  count === 1 ? 'object' : `object ${at + 1} of ${count}`

const objectsOf = (source: ObjectSource, place: string): KubeObject[] => {
  if (typeof source !== 'string')
    return [asObject(isJsonObject(source) ? JSON.parse(JSON.stringify(source)) : source, place)]
  const isFolder = statSync(source).isDirectory()
  const found = isFolder ? objectsOfFolder(source) : objectsOfFile(source)
  if (found.length > 0) return found
  const where = isFolder ? 'in its .yaml, .yml and .json files' : 'in it'
  throw new Error(`${source}: expected Kubernetes objects ${where}, there are none`)
}

/** Reads objects from YAML or JSON files, from folders of them (not deeper), or takes them as they are. */
export const readObjects = (sources: readonly ObjectSource[]): KubeObject[] =>
  sources.flatMap((source, at) => objectsOf(source, placeOf(at, sources.length)))

/** The same of CustomResourceDefinitions; throws for anything else, which would be installed as nobody meant it. */
export const readDefinitions = (sources: readonly ObjectSource[]): KubeObject[] =>
  sources.flatMap((source, at) => {
    const place = placeOf(at, sources.length)
    const objects = objectsOf(source, place)
    const other = objects.find(({ kind }) => kind !== 'CustomResourceDefinition')
    if (other === undefined) return objects
    const where = typeof source === 'string' ? source : place
    throw new Error(
      `${where}: expected a CustomResourceDefinition, got ${other.kind} ${JSON.stringify(other.metadata.name ?? '')}`,
    )
  })
