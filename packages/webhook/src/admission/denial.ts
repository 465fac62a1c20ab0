import { kinds, type MirrorPeerProblem, type MirrorPeerProblemCode } from '@odfmo/api-types'
import type { AdmissionRequest, DenialStatus } from './admission-review.ts'

const { group, kind } = kinds.MirrorPeer

/** Of a list with a hundred thousand bad entries nobody reads the rest. */
const mostCauses = 64

/** The words of Kubernetes for what a field can have against it. */
const reasons: Readonly<Record<MirrorPeerProblemCode, string>> = {
  Required: 'FieldValueRequired',
  WrongType: 'FieldValueTypeInvalid',
  WrongKind: 'FieldValueInvalid',
  NotSupported: 'FieldValueNotSupported',
  Empty: 'FieldValueRequired',
  WrongCount: 'FieldValueInvalid',
  BadInterval: 'FieldValueInvalid',
  DuplicateItem: 'FieldValueDuplicate',
  SameCluster: 'FieldValueDuplicate',
  SameHubSecret: 'FieldValueInvalid',
  Immutable: 'FieldValueInvalid',
  NotTheAgents: 'FieldValueForbidden',
}

/** The Status with which an API server refuses an object for its fields: one cause each, and all of them in a sentence. */
export const invalid = (
  request: Pick<AdmissionRequest, 'name' | 'object'>,
  problems: readonly MirrorPeerProblem[],
): DenialStatus => {
  const told = problems.slice(0, mostCauses)
  const untold = problems.length - told.length
  const texts = [
    ...told.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
    ...(untold === 0 ? [] : [`and ${untold} more`]),
  ]
  const name = nameOf(request)
  return {
    metadata: {},
    status: 'Failure',
    message: `${kind}.${group} ${JSON.stringify(name)} is invalid: ${texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`}`,
    reason: 'Invalid',
    code: 422,
    details: {
      name,
      group,
      kind,
      causes: told.map(({ path, code, message }) => ({ reason: reasons[code], message, field: path })),
    },
  }
}

/** The Status for what should not have been asked. */
export const notOurs = (message: string): DenialStatus => ({
  metadata: {},
  status: 'Failure',
  message,
  reason: 'BadRequest',
  code: 400,
})

/** A name that is generated is not known yet: then what it begins with. */
export const nameOf = ({ name, object }: Pick<AdmissionRequest, 'name' | 'object'>): string => {
  if (name !== '') return name
  const metadata = field(object, 'metadata')
  const own = field(metadata, 'name')
  if (typeof own === 'string' && own !== '') return own
  const prefix = field(metadata, 'generateName')
  return typeof prefix === 'string' ? prefix : ''
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
