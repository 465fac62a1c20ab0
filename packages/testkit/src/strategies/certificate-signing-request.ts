import { readCertificateRequest } from '../certificates/certificate-request.ts'
import { forbiddenField, invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'

const decidingTypes = ['Approved', 'Denied']

const requestProblem = (csr: KubeObject): string | undefined => {
  try {
    readCertificateRequest(Buffer.from(textAt(csr, 'spec', 'request'), 'base64').toString('utf8'))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const deciding = (csr: KubeObject): unknown[] =>
  listAt(csr, 'status', 'conditions').filter((condition) => decidingTypes.includes(textAt(condition, 'type')))

const conditionErrors = (csr: KubeObject): FieldError[] => {
  const conditions = listAt(csr, 'status', 'conditions')
  const errors = conditions.flatMap((condition, at) => {
    const path = `status.conditions[${at}]`
    const type = textAt(condition, 'type')
    const status = textAt(condition, 'status')
    if (type === '') return [required(`${path}.type`)]
    if (status === '') return [required(`${path}.status`)]
    return ['Approved', 'Denied', 'Failed'].includes(type) && status !== 'True'
      ? [notSupported(`${path}.status`, status, ['True'])]
      : []
  })
  const has = (type: string): boolean => conditions.some((condition) => textAt(condition, 'type') === type)
  if (has('Approved') && has('Denied'))
    errors.push(
      invalid('status.conditions', 'Denied', 'Approved and Denied conditions are mutually exclusive'),
    )
  return errors
}

/** Approval decides, signing fills in: each path keeps what the other one writes. */
const divided = (csr: KubeObject, old: KubeObject, subresource: string, timestamp: string): void => {
  csr['spec'] = old['spec']
  const oldStatus = recordAt(old, 'status')
  const status = recordAt(csr, 'status')
  if (subresource === 'approval')
    csr['status'] = { ...oldStatus, conditions: status['conditions'] ?? oldStatus['conditions'] ?? [] }
  if (subresource === '') csr['status'] = oldStatus
  for (const condition of listAt(csr, 'status', 'conditions').map((item) => recordAt(item))) {
    condition['lastUpdateTime'] ??= timestamp
    condition['lastTransitionTime'] ??= timestamp
  }
}

export const certificateSigningRequestStrategy: Strategy = {
  prepareCreate(csr, { identity }) {
    const spec = recordAt(csr, 'spec')
    csr['spec'] = {
      ...spec,
      username: identity.user,
      groups: identity.groups,
      ...(identity.uid === undefined ? {} : { uid: identity.uid }),
    }
    csr['status'] = {}
  },
  prepareUpdate: (csr, old, { subresource, timestamp }) => divided(csr, old, subresource, timestamp),
  validateCreate(csr) {
    const spec = recordAt(csr, 'spec')
    const signer = textAt(spec, 'signerName')
    const errors: FieldError[] = []
    const problem = requestProblem(csr)
    if (problem !== undefined) errors.push(invalid('spec.request', '[]byte', problem))
    if (listAt(spec, 'usages').length === 0) errors.push(required('spec.usages'))
    if (signer === '') errors.push(required('spec.signerName'))
    else if (!/^[a-z0-9.-]+\/[a-zA-Z0-9._:-]+$/.test(signer)) {
      errors.push(
        invalid(
          'spec.signerName',
          signer,
          'must be a fully qualified domain and path of the form "example.com/signer-name"',
        ),
      )
    }
    const seconds = spec['expirationSeconds']
    if (typeof seconds === 'number' && seconds < 600)
      errors.push(
        invalid(
          'spec.expirationSeconds',
          seconds,
          'may not specify a duration less than 600 seconds (10 minutes)',
        ),
      )
    return errors
  },
  validateUpdate(csr, old, { subresource }) {
    const errors = conditionErrors(csr)
    if (subresource === 'status' && !jsonEqual(deciding(csr), deciding(old))) {
      errors.push(
        forbiddenField(
          'status.conditions',
          'updates may not add, remove or change a condition of type "Approved" or "Denied"',
        ),
      )
    }
    if (subresource === 'approval') {
      for (const [at, condition] of deciding(old).entries()) {
        const type = textAt(condition, 'type')
        if (!deciding(csr).some((kept) => textAt(kept, 'type') === type)) {
          errors.push(
            forbiddenField(
              `status.conditions[${at}]`,
              `updates may not remove a condition of type ${JSON.stringify(type)}`,
            ),
          )
        }
      }
    }
    const certificate = textAt(old, 'status', 'certificate')
    if (certificate !== '' && certificate !== textAt(csr, 'status', 'certificate')) {
      errors.push(
        forbiddenField('status.certificate', 'updates may not change a certificate that has been issued'),
      )
    }
    return errors
  },
  selectableFields: {
    'spec.signerName': (csr) => textAt(csr, 'spec', 'signerName'),
  },
}
