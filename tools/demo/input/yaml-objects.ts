import type { KubeObject } from '@odfmo/api-types/meta'
import { LineCounter, parseAllDocuments, type Document, type ParsedNode } from 'yaml'
import { InputError, type Problem } from './problem.ts'

/** A plain object as it stands in a file. */
export interface YamlObject {
  readonly value: KubeObject & Readonly<Record<string, unknown>>
  /** Where the field at this path is, or the nearest thing around it that is there: `file:line:column`. */
  readonly where: (path: string) => string
}

/**
 * The Kubernetes objects in a YAML text, those in a List one by one.
 * Throws InputError with every place that is no YAML or no Kubernetes object.
 */
export function yamlObjects(file: string, text: string): YamlObject[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const problems: Problem[] = []
  const objects: YamlObject[] = []
  for (const document of 'empty' in documents ? [] : documents) {
    // Only the first: what follows a broken line is mostly its consequence.
    for (const error of document.errors.slice(0, 1)) {
      problems.push({
        where: place(error.pos[0]),
        what: `no YAML: ${firstLine(error.message)}`,
        todo: 'Put this line right; indentation is with spaces, and a key ends with a colon and a space.',
      })
    }
    if (document.errors.length > 0) continue
    let content: unknown
    try {
      content = document.toJS()
    } catch (error) {
      problems.push({
        where: place(document.range[0]),
        what: `no YAML: ${firstLine((error as Error).message)}`,
        todo: 'Write the value out instead of using this alias.',
      })
      continue
    }
    if (content === null) continue
    for (const path of objectPaths(document)) {
      const where = (field: string): string => place(offsetOf(document, [...path, ...pathSegments(field)]))
      const value: unknown =
        path.length === 0 ? content : (document.getIn(path, true) as ParsedNode).toJS(document)
      const problem = objectProblem(value)
      if (problem === undefined) objects.push({ value: value as YamlObject['value'], where })
      else problems.push({ where: where(problem.field), what: problem.what, todo: problem.todo })
    }
  }
  if (problems.length > 0) throw new InputError(problems)
  return objects
}

/** `spec.items[1]["a-b"]` → ['spec', 'items', 1, 'a-b'] */
export function pathSegments(path: string): (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, key, index, quoted]) => {
    if (quoted !== undefined) return JSON.parse(quoted) as string
    return index === undefined ? (key ?? '') : Number(index)
  })
}

function objectPaths(document: Document.Parsed): (string | number)[][] {
  const items = document.getIn(['items'], true)
  if (document.get('kind') !== 'List' || items === null || typeof items !== 'object' || !('items' in items))
    return [[]]
  return (items.items as unknown[]).map((_, index) => ['items', index])
}

function offsetOf(document: Document.Parsed, segments: readonly (string | number)[]): number {
  for (let length = segments.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(segments.slice(0, length), true)
    if (node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return document.range[0]
}

function objectProblem(value: unknown): { field: string; what: string; todo: string } | undefined {
  const todo = 'Every document needs apiVersion, kind and metadata.name; examples/mirrorpeer.yaml shows one.'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { field: '', what: 'not a Kubernetes object but a single value or a list', todo }
  }
  const { apiVersion, kind, metadata } = value as Record<string, unknown>
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return { field: 'apiVersion', what: 'apiVersion is missing', todo }
  if (typeof kind !== 'string' || kind === '') return { field: 'kind', what: 'kind is missing', todo }
  const name =
    typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : undefined
  if (typeof name !== 'string' || name === '')
    return { field: 'metadata', what: 'metadata.name is missing', todo }
  return undefined
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
}
