import { certificateProblem } from '../certificates/certificate-problem.ts'
import { readCertificateRequest } from '../certificates/certificate-request.ts'
import { duplicate, forbiddenField, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { signerNameErrors } from './signer-name.ts'

const knownUsages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]
const legacySigner = 'kubernetes.io/legacy-unknown'
const shortestSeconds = 600

const decidingTypes = ['Approved', 'Denied'] as const
/** Types whose conditions are there or not, but never false. */
const finalTypes: readonly string[] = [...decidingTypes, 'Failed']

export const conditionsOf = (csr: KubeObject, type?: string): unknown[] =>
  listAt(csr, 'status', 'conditions').filter(
    (condition) => type === undefined || textAt(condition, 'type') === type,
  )

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')

const requestErrors = (csr: KubeObject): FieldError[] => {
  const { request } = recordAt(csr, 'spec')
  try {
    readCertificateRequest(typeof request === 'string' ? decoded(request) : '')
    return []
  } catch (error) {
    return [invalid('spec.request', request, error instanceof Error ? error.message : String(error))]
  }
}

const usageErrors = (usages: readonly unknown[]): FieldError[] => {
  if (usages.length === 0) return [required('spec.usages')]
  const unknown = usages.flatMap((usage, at) =>
    knownUsages.includes(String(usage)) ? [] : [notSupported(`spec.usages[${at}]`, usage, knownUsages)],
  )
  const repeated = usages.flatMap((usage, at) =>
    usages.indexOf(usage) < at ? [duplicate(`spec.usages[${at}]`, usage)] : [],
  )
  return [...unknown, ...repeated]
}

const specErrors = (csr: KubeObject): FieldError[] => {
  const spec = recordAt(csr, 'spec')
  const signer = textAt(spec, 'signerName')
  const seconds = spec['expirationSeconds']
  return [
    ...requestErrors(csr),
    ...usageErrors(listAt(spec, 'usages')),
    ...(signer === legacySigner
      ? [invalid('spec.signerName', signer, 'the legacy signerName is not allowed via this API version')]
      : signerNameErrors('spec.signerName', signer)),
    ...(typeof seconds === 'number' && seconds < shortestSeconds
      ? [
          invalid(
            'spec.expirationSeconds',
            seconds,
            'may not specify a duration less than 600 seconds (10 minutes)',
          ),
        ]
      : []),
  ]
}

const conditionErrors = (csr: KubeObject): FieldError[] => {
  const seen: string[] = []
  return conditionsOf(csr).flatMap((condition, at) => {
    const path = `status.conditions[${at}]`
    const type = textAt(condition, 'type')
    const status = textAt(condition, 'status')
    const allowed = finalTypes.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    const errors = type === '' ? [required(`${path}.type`)] : []
    if (status === '') errors.push(required(`${path}.status`))
    else if (!allowed.includes(status)) errors.push(notSupported(`${path}.status`, status, allowed))
    const [approved, denied] = decidingTypes
    if ((type === approved && seen.includes(denied)) || (type === denied && seen.includes(approved))) {
      const why = 'Approved and Denied conditions are mutually exclusive'
      errors.push(invalid('status.conditions', type, why))
    }
    if (seen.includes(type)) errors.push(duplicate(`${path}.type`, type))
    seen.push(type)
    return errors
  })
}

const certificateErrors = (csr: KubeObject): FieldError[] => {
  const certificate = textAt(csr, 'status', 'certificate')
  const problem = certificate === '' ? undefined : certificateProblem(decoded(certificate))
  return problem === undefined ? [] : [invalid('status.certificate', '<certificate data>', problem)]
}

/** What is wrong with a request by itself. */
export const signingRequestErrors = (csr: KubeObject): FieldError[] => [
  ...specErrors(csr),
  ...conditionErrors(csr),
  ...certificateErrors(csr),
]

const changedDecisions = (csr: KubeObject, old: KubeObject): FieldError[] =>
  decidingTypes.flatMap((type) => {
    const [before, now] = [conditionsOf(old, type), conditionsOf(csr, type)]
    const what = now.length > before.length ? 'add' : 'modify'
    if (now.length < before.length || jsonEqual(now, before)) return []
    return [forbiddenField('status.conditions', `updates may not ${what} a condition of type "${type}"`)]
  })

const changedCertificate = (csr: KubeObject, old: KubeObject, subresource: string): FieldError[] => {
  const before = textAt(old, 'status', 'certificate')
  if (textAt(csr, 'status', 'certificate') === before) return []
  if (subresource !== 'status')
    return [forbiddenField('status.certificate', 'updates may not set certificate content')]
  if (before === '') return []
  return [forbiddenField('status.certificate', 'updates may not modify existing certificate content')]
}

/** What is wrong with a change of a request: decisions stay, and only `approval` makes them. */
export const signingRequestChangeErrors = (
  csr: KubeObject,
  old: KubeObject,
  subresource: string,
): FieldError[] => [
  ...signingRequestErrors(csr),
  ...finalTypes
    .filter((type) => conditionsOf(csr, type).length < conditionsOf(old, type).length)
    .map((type) =>
      forbiddenField('status.conditions', `updates may not remove a condition of type "${type}"`),
    ),
  ...(subresource === 'approval' ? [] : changedDecisions(csr, old)),
  ...changedCertificate(csr, old, subresource),
]
