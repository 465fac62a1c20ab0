import type { Json, JsonObject } from '../../src/kube-object.ts'
import { broken, mutate, oddValue } from './mutated.ts'
import type { Random } from './random.ts'
import { seedKinds } from './seed-objects.ts'
import type { SeedKind } from './seed-objects.ts'

/** A request as it goes over the wire. */
export interface FuzzedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

const names: readonly [string, ...string[]] = ['a', 'b', 'c', 'd']

const oddQueryValues: readonly [string, ...string[]] = [
  '',
  '0',
  '1',
  '-1',
  'x',
  'true',
  'false',
  'All',
  '%00',
  '%zz',
  '9223372036854775808',
  '1.5',
  '☃',
]

const queryOf: Readonly<Record<string, readonly [string, ...string[]]>> = {
  fieldManager: ['me', 'x'.repeat(129), '%00', '%C3%A9'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'strict', ''],
  dryRun: ['All', 'all', 'None', ''],
  limit: ['1', '0', '-1', '2', 'x'],
  continue: ['x', '', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ'],
  resourceVersion: ['0', '1', 'x', '-1', '999999999999', ''],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'exact', ''],
  labelSelector: [
    'app=x',
    'app in (x,y)',
    '!app',
    'app=',
    '=x',
    'a=b=c',
    'app in (',
    'app>1',
    'a/b/c=d',
    ',',
    'app notin (x)',
  ],
  fieldSelector: [
    'metadata.name=a',
    'metadata.name!=a',
    'x=y',
    'spec.nodeName=',
    'metadata.namespace=z',
    '=',
    'metadata.name',
    'a=b=c',
  ],
  timeoutSeconds: ['1', '-1', 'x'],
  pretty: ['true', 'x'],
  propagationPolicy: ['Background', 'Orphan', 'Foreground', 'background', 'x'],
  gracePeriodSeconds: ['0', '1', '-1', 'x'],
  orphanDependents: ['true', 'false', 'x'],
  allowWatchBookmarks: ['true', 'x'],
  force: ['true', 'false', 'x'],
  unknownParameter: ['x'],
}

const fixed = (text: string): string => text.replaceAll(' ', '+').replaceAll('☃', '%E2%98%83')

const queryText = (random: Random, isApply: boolean): string => {
  const parameters = isApply ? ['fieldManager=fuzz'] : []
  const all = Object.keys(queryOf)
  while (random.in100(25)) {
    const name = all[random.below(all.length)] ?? ''
    const value = random.in100(20) ? random.of(oddQueryValues) : random.of(queryOf[name] ?? [''])
    parameters.push(`${name}=${fixed(value)}`)
  }
  return parameters.length === 0 ? '' : `?${parameters.join('&')}`
}

const collectionOf = ({ base, plural }: SeedKind, namespace: string): string =>
  `${base}/namespaces/${namespace}/${plural}`

/** Something in a path becomes something else. */
const oddPath = (path: string, random: Random): string => {
  const segments = path.split('/')
  const at = 1 + random.below(segments.length - 1)
  switch (random.below(9)) {
    case 0:
      return path.replace(`/${segments[at]}`, `//${segments[at]}`)
    case 1:
      return `${path}/`
    case 2:
      segments[at] = random.of([
        '..',
        '.',
        '%2e%2e',
        '%2F',
        '%00',
        '%zz',
        '~',
        'x'.repeat(300),
        '%E2%98%83',
        'UPPER',
      ])
      return segments.join('/')
    case 3:
      segments.splice(at, 1)
      return segments.join('/')
    case 4:
      return `${path}/${random.of(['status', 'scale', 'x', 'log', 'exec', 'token', 'eviction', 'binding', 'status/x'])}`
    case 5:
      return path.replace('/v1/', random.of(['/v2/', '/v1beta1/', '/V1/', '/v1/watch/', '/']))
    case 6:
      return path.replace('/namespaces/', random.of(['/namespace/', '/', '/namespaces/x/', '/namespaces//']))
    case 7:
      segments[at] = (segments[at] ?? '').toUpperCase()
      return segments.join('/')
    default:
      segments[at] = encodeURIComponent(
        random.of(['constructor', '__proto__', 'a b', 'a:b', 'ä', 'toString', '*']),
      )
      return segments.join('/')
  }
}

const contentTypes: readonly [string, ...string[]] = [
  'application/json',
  'application/json; charset=utf-8',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  'application/xml',
  '',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  '*/*',
  'x',
]

const accepts: readonly [string, ...string[]] = [
  'application/json',
  '*/*',
  'application/yaml',
  'text/html',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v2;g=meta.k8s.io',
  'x',
  '',
]

/** A valid object of a kind, changed so many times. */
const objectOf = (kind: SeedKind, name: string, random: Random): JsonObject => {
  const object = structuredClone(kind.object)
  object['metadata'] = { ...(object['metadata'] as JsonObject), name }
  while (random.in100(55)) mutate(object, random)
  return object
}

const pointers: readonly [string, ...string[]] = [
  '/metadata/labels/app',
  '/metadata/labels/new',
  '/metadata/labels',
  '/metadata/annotations/a~1b',
  '/metadata/name',
  '/metadata/finalizers',
  '/metadata/finalizers/-',
  '/data/key',
  '/spec/replicas',
  '/spec/template/spec/containers/0/image',
  '/spec/template/spec/containers/-',
  '/spec/ports/0',
  '/spec/size',
  '/spec/tags/1',
  '/rules/0/verbs/-',
  '/kind',
  '/spec',
  '',
  '/',
  'x',
  '/metadata/~2',
  '/spec/tags/01',
]

const jsonPatch = (random: Random): Json => {
  const operation = (): JsonObject => ({
    op: random.of(['add', 'replace', 'remove', 'test', 'move', 'copy', 'add', 'replace', 'x']),
    path: random.of(pointers),
    ...(random.in100(85) ? { value: random.in100(40) ? 'x' : oddValue(random) } : {}),
    ...(random.in100(25) ? { from: random.of(pointers) } : {}),
  })
  const operations: Json[] = Array.from({ length: 1 + random.below(2) }, operation)
  if (random.in100(5)) mutate(operations, random)
  return operations
}

/** Some fields of an object of the kind, changed, with directives now and then. */
const mergePatch = (kind: SeedKind, random: Random, isStrategic: boolean): Json => {
  const { apiVersion: _version, kind: _kind, ...patch } = structuredClone(kind.object)
  delete (patch['metadata'] as JsonObject)['name']
  for (const field of Object.keys(patch)) if (random.in100(40)) delete patch[field]
  while (random.in100(55)) mutate(patch, random)
  if (isStrategic && random.in100(25)) {
    const spec = patch['spec']
    const directive = random.of<readonly [string, Json]>([
      ['$patch', random.of(['replace', 'delete', 'merge', 'x'])],
      ['$retainKeys', random.of<Json>([['replicas'], 'x', []])],
      ['$deleteFromPrimitiveList/finalizers', random.of<Json>([['x'], 'x', null])],
      ['$setElementOrder/containers', [{ name: 'c' }]],
      ['$setElementOrder/ports', random.of<Json>([[{ port: 80 }], [1], 'x'])],
    ])
    const holder = typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec : patch
    holder[directive[0]] = directive[1]
  }
  return random.in100(3) ? oddValue(random) : patch
}

interface PatchType {
  readonly type: string
  readonly body: (kind: SeedKind, name: string, random: Random) => Json
}

const patchTypes: readonly [PatchType, ...PatchType[]] = [
  { type: 'application/json-patch+json', body: (_kind, _name, random) => jsonPatch(random) },
  { type: 'application/merge-patch+json', body: (kind, _name, random) => mergePatch(kind, random, false) },
  {
    type: 'application/strategic-merge-patch+json',
    body: (kind, _name, random) => mergePatch(kind, random, true),
  },
]

const applyType: PatchType = {
  type: 'application/apply-patch+yaml',
  body: (kind, name, random) => objectOf(kind, name, random),
}

const deleteOptions = (random: Random): Json => {
  const options: JsonObject = {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    gracePeriodSeconds: 0,
    propagationPolicy: 'Background',
    preconditions: { resourceVersion: '1' },
  }
  for (const field of Object.keys(options)) if (random.in100(50)) delete options[field]
  while (random.in100(40)) mutate(options, random)
  return options
}

interface Draft {
  readonly method: string
  readonly path: string
  readonly type?: string
  readonly body?: Json
}

const draftOf = (kind: SeedKind, namespace: string, random: Random, withApply: boolean): Draft => {
  const name = random.of(names)
  const collection = collectionOf(kind, namespace)
  const subresources = kind.subresources
  const sub =
    subresources.length > 0 && random.in100(15) ? `/${subresources[random.below(subresources.length)]}` : ''
  const one = `${collection}/${name}${sub}`
  const type = 'application/json'
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return { method: 'POST', path: collection, type, body: objectOf(kind, name, random) }
    case 3:
    case 4:
      return { method: 'PUT', path: one, type, body: objectOf(kind, name, random) }
    case 5:
    case 6: {
      const [first, ...others] = patchTypes
      const patch = random.of(withApply ? [first, ...others, applyType] : [first, ...others])
      return { method: 'PATCH', path: one, type: patch.type, body: patch.body(kind, name, random) }
    }
    case 7:
      return { method: 'GET', path: random.in100(50) ? one : collection }
    case 8:
      return random.in100(70)
        ? { method: 'DELETE', path: one, type, ...(random.in100(50) ? { body: deleteOptions(random) } : {}) }
        : { method: 'GET', path: collection }
    default:
      return random.in100(25)
        ? { method: 'DELETE', path: collection }
        : {
            method: random.of(['OPTIONS', 'HEAD', 'GET', 'POST', 'PUT', 'DELETE']),
            path: random.in100(50) ? one : collection,
          }
  }
}

export interface FuzzOptions {
  readonly namespace: string
  /** Whether there are server-side applies among the requests. */
  readonly withApply: boolean
}

/** The next request: mostly a valid one with something about it that is not. */
export const fuzzedRequest = (random: Random, { namespace, withApply }: FuzzOptions): FuzzedRequest => {
  const draft = draftOf(random.of(seedKinds), namespace, random, withApply)
  const path = random.in100(6) ? oddPath(draft.path, random) : draft.path
  const isApply = draft.type === applyType.type
  const headers: Record<string, string> = {
    accept: random.in100(6) ? random.of(accepts) : 'application/json',
  }
  const type = random.in100(4) ? random.of(contentTypes) : draft.type
  if (type !== undefined && type !== '') headers['content-type'] = type
  if (random.in100(3)) headers['impersonate-user'] = 'nobody'
  const text = draft.body === undefined ? undefined : JSON.stringify(draft.body)
  const body = text === undefined ? undefined : random.in100(8) ? broken(text, random) : Buffer.from(text)
  return {
    method: random.in100(2) ? random.of(['PATCH', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) : draft.method,
    path: `${path}${queryText(random, isApply && random.in100(90))}`,
    headers,
    body,
  }
}
