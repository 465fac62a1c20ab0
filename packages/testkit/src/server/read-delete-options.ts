import { badRequest, invalidObject } from '../api-error.ts'
import { invalid, notSupported } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, recordAt } from '../kube-object.ts'
import type { DeleteOptions, PropagationPolicy } from '../verbs/delete-options.ts'

const policies: readonly string[] = ['Foreground', 'Background', 'Orphan'] satisfies PropagationPolicy[]

type Fields = Readonly<Record<string, unknown>>

const jsonTypeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value)

interface Decoded {
  readonly goType: string
  readonly fits: (value: unknown) => boolean
}

const text: Decoded = { goType: 'string', fits: (value) => typeof value === 'string' }
const int64: Decoded = { goType: 'int64', fits: Number.isInteger }
const bool: Decoded = { goType: 'bool', fits: (value) => typeof value === 'boolean' }
const texts: Decoded = {
  goType: '[]string',
  fits: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
}

const fieldTypes: readonly (readonly [string, Decoded])[] = [
  ['gracePeriodSeconds', int64],
  ['preconditions', { goType: 'v1.Preconditions', fits: isJsonObject }],
  ['preconditions.uid', text],
  ['preconditions.resourceVersion', text],
  ['orphanDependents', bool],
  ['propagationPolicy', text],
  ['dryRun', texts],
]

/** Throws the 400 of a body that does not decode into DeleteOptions. */
const checkTypes = (body: Fields): void => {
  const { apiVersion = '', kind = 'DeleteOptions' } = body
  if (String(apiVersion).split('/').length > 2)
    throw badRequest(`unexpected GroupVersion string: ${String(apiVersion)}`)
  if (kind !== 'DeleteOptions')
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    )
  for (const [path, { goType, fits }] of fieldTypes) {
    const names = path.split('.')
    const value = recordAt(body, ...names.slice(0, -1))[names.at(-1) ?? '']
    if (value === undefined || value === null || fits(value)) continue
    throw badRequest(
      `json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field DeleteOptions.${path} of type ${goType}`,
    )
  }
}

const wholeNumber = (text: string): number => {
  if (!/^[+-]?\d+$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

const fromQuery = (query: URLSearchParams): Fields => {
  const flag = query.get('orphanDependents')
  const grace = query.get('gracePeriodSeconds')
  const policy = query.get('propagationPolicy')
  return {
    ...(flag === null ? {} : { orphanDependents: flag !== 'false' && flag !== '0' }),
    ...(grace === null || grace === '' ? {} : { gracePeriodSeconds: wholeNumber(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    dryRun: query.getAll('dryRun'),
  }
}

const errorsOf = ({ orphanDependents, propagationPolicy: policy, dryRun }: Fields): FieldError[] => {
  const names = Array.isArray(dryRun) ? dryRun : []
  return [
    ...((orphanDependents ?? undefined) !== undefined && (policy ?? undefined) !== undefined
      ? [invalid('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set')]
      : []),
    ...(typeof policy === 'string' && !policies.includes(policy)
      ? [notSupported('propagationPolicy', policy, [...policies, 'nil'])]
      : []),
    ...(names.every((name) => name === 'All') ? [] : [notSupported('dryRun', names, ['All'])]),
  ]
}

export interface ReadDeleteOptions extends DeleteOptions {
  readonly dryRun: boolean
  /** Clients of old that say no get another status when the object is not gone at once. */
  readonly refusesOrphans: boolean
}

/** Reads the options of a delete: from its body if there is one, else from its query. Throws 400 or 422. */
export const readDeleteOptions = (query: URLSearchParams, sent: unknown): ReadDeleteOptions => {
  const body = sent === null ? {} : sent
  if (body !== undefined && !isJsonObject(body))
    throw badRequest("couldn't get version/kind; json parse error: the body must be DeleteOptions")
  if (body !== undefined) checkTypes(body)
  const options = body ?? fromQuery(query)
  const errors = errorsOf(options)
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
  const { orphanDependents, propagationPolicy, gracePeriodSeconds, dryRun, preconditions } = options
  const { uid, resourceVersion } = recordAt(preconditions)
  const policy =
    typeof orphanDependents === 'boolean' ? (orphanDependents ? 'Orphan' : 'Background') : propagationPolicy
  return {
    dryRun: Array.isArray(dryRun) && dryRun.length > 0,
    refusesOrphans: orphanDependents === false,
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
    ...(typeof policy === 'string' ? { propagationPolicy: policy as PropagationPolicy } : {}),
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
  }
}
