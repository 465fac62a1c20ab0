import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isJsonObject } from './kube-object.ts'
import type { KubeObject } from './kube-object.ts'

/** Files, folders of files, and objects. */
export type ObjectSource = string | object

const asObject = (value: unknown, source: string): KubeObject => {
  if (!isJsonObject(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') {
    throw new Error(`${source}: expected a Kubernetes object with apiVersion and kind`)
  }
  return { ...value, metadata: isJsonObject(value['metadata']) ? value['metadata'] : {} } as KubeObject
}

const objectsOfFile = (path: string): KubeObject[] =>
  parseAllDocuments(readFileSync(path, 'utf8')).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`${path}: ${error.message}`)
    const value: unknown = document.toJS()
    if (value === null || value === undefined) return []
    const items =
      isJsonObject(value) && value['kind'] === 'List' && Array.isArray(value['items'])
        ? (value['items'] as unknown[])
        : [value]
    return items.map((item) => asObject(item, path))
  })

/** Reads objects from YAML or JSON files, from folders of them (not deeper), or takes them as they are. */
export const readObjects = (sources: readonly ObjectSource[]): KubeObject[] =>
  sources.flatMap((source) => {
    if (typeof source !== 'string') return [asObject(JSON.parse(JSON.stringify(source)), 'object')]
    if (!statSync(source).isDirectory()) return objectsOfFile(source)
    return readdirSync(source)
      .filter((name) => /\.(?:ya?ml|json)$/.test(name))
      .sort()
      .flatMap((name) => objectsOfFile(join(source, name)))
  })
