import type { RoleBook } from '../../auth/role-book.ts'
import { Authorizer, ResourceCheck } from '../../cel/library/authorizer.ts'
import { CelError, valueOfJson } from '../../cel/cel-value.ts'
import type { KubeObject, ObjectMeta } from '../../kube-object.ts'
import type { Resource } from '../../resources/resource.ts'
import type { Write } from '../../verbs/admission.ts'
import { admissionRequestOf } from '../admission-review.ts'
import { kindOf, labelled, namespaceOf } from '../attributes.ts'
import type { CompiledExpression } from './expressions.ts'

/** What the expressions about one write are given, by name. */
export type Input = ReadonlyMap<string, unknown>

/** Fields of a namespace that expressions see. */
const namespaceFields: readonly (keyof ObjectMeta)[] = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'finalizers',
]

const namespaceView = ({ metadata, spec, status }: KubeObject): Record<string, unknown> => ({
  metadata: Object.fromEntries(namespaceFields.map((field) => [field, metadata[field]])),
  spec: spec ?? {},
  status: status ?? {},
})

/** The variables of expressions about a write, seen as one of `resource`; `namespace` is the one it is in. */
export const inputOf = (
  write: Write,
  resource: Resource,
  { roles, namespace }: { readonly roles: RoleBook; readonly namespace: KubeObject | undefined },
): Map<string, unknown> => {
  const { target, object, old, options } = write
  const kind = kindOf(resource, target.subresource)
  const view = (each: KubeObject | undefined): unknown =>
    each === undefined ? null : valueOfJson(labelled(kind, each))
  const { uid: _uid, object: _object, oldObject: _old, ...request } = admissionRequestOf(write, resource)
  const authorizer = new Authorizer(roles, options.identity)
  const { group, plural } = target.resource
  const asked = {
    group,
    plural,
    subresource: target.subresource,
    namespace: namespaceOf(write),
    name: target.name,
  }
  return new Map<string, unknown>([
    ['object', view(object)],
    ['oldObject', view(old)],
    ['request', valueOfJson(request)],
    ['namespaceObject', namespace === undefined ? null : valueOfJson(namespaceView(namespace))],
    ['params', null],
    ['authorizer', authorizer],
    ['authorizer.requestResource', new ResourceCheck(authorizer, asked)],
  ])
}

export type Evaluated =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string }

/** The value of an expression, or why it has none, in the words of the real server. */
export const evaluate = (text: string, compiled: CompiledExpression, input: Input): Evaluated => {
  if (compiled.kind === 'wrong') return { kind: 'failed', message: `compilation error: ${compiled.message}` }
  try {
    return { kind: 'value', value: compiled.run((name) => input.get(name)) }
  } catch (error) {
    if (!(error instanceof CelError)) throw error
    return { kind: 'failed', message: `expression '${text}' resulted in error: ${error.message}` }
  }
}
