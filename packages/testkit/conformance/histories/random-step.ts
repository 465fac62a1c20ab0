import type { Random } from '../fuzz/random.ts'
import { randomValue } from './random-value.ts'
import type { Purpose } from './random-value.ts'
import { metadataShape } from './shapes.ts'
import type { HistoryKind } from './shapes.ts'

type Fields = Record<string, unknown>

/** A request; the body may need what a server has there now. */
export interface Step {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET'
  readonly subresource: string
  readonly query: Readonly<Record<string, string>>
  readonly contentType: string
  readonly body: (live: Fields | undefined) => unknown
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of empty metadata the real server keeps in its storage what nobody sees: the next write takes it away. */
const withoutEmpty = (value: unknown): unknown =>
  isFields(value)
    ? Object.fromEntries(Object.entries(value).filter(([, field]) => Object.keys(field ?? {}).length > 0))
    : value

/** An object, or a patch of one. */
const randomObject = (
  random: Random,
  { apiVersion, kind, content }: HistoryKind,
  name: string,
  purpose: Purpose,
): Fields => {
  const sent = random.in100(40) ? randomValue(random, metadataShape, purpose) : {}
  const metadata = purpose === 'object' ? withoutEmpty(sent) : sent
  const value = randomValue(random, content, purpose)
  const rest = isFields(value) ? value : {}
  if (purpose !== 'object') return random.in100(40) && isFields(metadata) ? { metadata, ...rest } : rest
  return { apiVersion, kind, metadata: { ...(isFields(metadata) ? metadata : {}), name }, ...rest }
}

/** The fields of one object over those of another. */
const mixed = (live: unknown, wanted: unknown): unknown => {
  if (!isFields(live) || !isFields(wanted)) return wanted
  const result: Fields = { ...live }
  for (const name of Object.keys(wanted).sort()) result[name] = mixed(live[name], wanted[name])
  return result
}

const pointersIn = (value: unknown, at = ''): string[] => {
  if (Array.isArray(value)) return [at, ...value.flatMap((item, index) => pointersIn(item, `${at}/${index}`))]
  if (!isFields(value)) return [at]
  return [
    at,
    ...Object.keys(value)
      .sort()
      .flatMap((name) =>
        pointersIn(value[name], `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
      ),
  ]
}

const valueAt = (value: unknown, pointer: string): unknown => {
  let found = value
  for (const step of pointer.split('/').slice(1))
    found = (found as Fields | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  return found
}

const randomOperations = (random: Random, kind: HistoryKind, live: Fields): Fields[] => {
  const {
    managedFields: _managed,
    uid: _uid,
    resourceVersion: _v,
    creationTimestamp: _c,
    ...metadata
  } = (live['metadata'] ?? {}) as Fields
  const { apiVersion: _a, kind: _k, ...rest } = live
  const wanted = randomObject(random, kind, '', 'object')
  const { name: _name, ...wantedMetadata } = wanted['metadata'] as Fields
  const source: Fields = { ...wanted, metadata: wantedMetadata }
  const { apiVersion: _a2, kind: _k2, ...wantedRest } = source
  const here = pointersIn({ ...rest, metadata }).filter((pointer) => pointer.split('/').length > 2)
  const there = pointersIn(wantedRest).filter((pointer) => pointer.split('/').length > 2)
  const any = (list: readonly string[]): string => list[random.below(list.length)] ?? '/data'
  return Array.from({ length: 1 + random.below(3) }, (_, at): Fields => {
    const path = random.in100(60) ? any(there) : any(here)
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        return { op: 'remove', path: any(here) }
      case 3: {
        const at = any(here)
        return { op: 'test', path: at, value: random.in100(80) ? valueAt(live, at) : 'x' }
      }
      case 4:
        // of what an earlier operation took away a copy is null
        if (at > 0) return { op: 'replace', path, value: valueAt(source, path) ?? 'z' }
        return { op: 'copy', from: any(here), path: any(here) }
      case 5:
        return { op: 'move', from: any(here), path: any(here) }
      case 6:
      case 7:
        return {
          op: 'add',
          path: path.replace(/\/\d+$/, (found) => (random.in100(40) ? '/-' : found)),
          value: valueAt(source, path) ?? 'y',
        }
      default:
        return { op: 'replace', path, value: valueAt(source, path) ?? 'z' }
    }
  })
}

const json = 'application/json'

/** One of the things that clients do to an object. */
export const randomStep = (random: Random, kind: HistoryKind, name: string): Step => {
  const manager = random.of(['a', 'b', 'c', 'kubectl'])
  const subresource = kind.subresources.length > 0 && random.in100(15) ? 'status' : ''
  const query: Record<string, string> = {}
  if (random.in100(90)) query['fieldManager'] = manager
  if (random.in100(5)) query['dryRun'] = 'All'
  if (random.in100(10)) query['fieldValidation'] = random.of(['Strict', 'Ignore', 'Warn'])
  const base = { subresource, query }
  const seed = random.below(2 ** 31)
  const patchOf = (contentType: string, body: Step['body']): Step => ({
    ...base,
    method: 'PATCH',
    contentType: `application/${contentType}`,
    body,
  })
  switch (random.below(20)) {
    case 0:
      return {
        ...base,
        subresource: '',
        method: 'POST',
        contentType: json,
        body: () => randomObject(random, kind, name, 'object'),
      }
    case 1:
      return {
        ...base,
        subresource: '',
        method: 'DELETE',
        query: {},
        contentType: json,
        body: () => undefined,
      }
    case 2:
    case 3:
    case 4: {
      const wanted = randomObject(random, kind, name, 'object')
      const how = random.below(12)
      return {
        ...base,
        method: 'PUT',
        contentType: json,
        body(live) {
          if (live === undefined || how === 0) return wanted
          const liveMetadata = live['metadata'] as Fields
          if (how < 5)
            return {
              ...wanted,
              metadata: {
                ...(wanted['metadata'] as Fields),
                resourceVersion: liveMetadata['resourceVersion'],
              },
            }
          if (how === 5) return { ...live, metadata: { ...liveMetadata, managedFields: [] } }
          if (how === 6)
            return {
              ...live,
              metadata: { ...liveMetadata, managedFields: undefined },
              ...(isFields(wanted['spec']) ? { spec: wanted['spec'] } : {}),
            }
          return mixed(live, wanted)
        },
      }
    }
    case 5:
    case 6:
    case 7:
      return patchOf(
        'merge-patch+json',
        (
          (body) => () =>
            body
        )(randomObject(random, kind, name, 'merge')),
      )
    case 8:
    case 9:
    case 10:
      return patchOf(
        'strategic-merge-patch+json',
        (
          (body) => () =>
            body
        )(randomObject(random, kind, name, 'strategic')),
      )
    case 11:
    case 12: {
      if (seed % 20 === 0)
        return patchOf('json-patch+json', () => [
          { op: 'replace', path: '/metadata/managedFields', value: [{}] },
        ])
      let operations: Fields[] | undefined
      return patchOf('json-patch+json', (live) => (operations ??= randomOperations(random, kind, live ?? {})))
    }
    default: {
      query['fieldManager'] = manager
      if (random.in100(50)) query['force'] = 'true'
      const body = randomObject(random, kind, name, 'object')
      return patchOf('apply-patch+yaml', () => body)
    }
  }
}
