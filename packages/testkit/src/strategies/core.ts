import { badRequest } from '../api-error.ts'
import { forbiddenField, immutable, invalid, required, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { labelProblems } from '../verbs/names.ts'
import { fillPodSpec } from './pod-defaults.ts'

/** The limit of the data of a Secret or ConfigMap, 1 MiB. */
const dataLimitBytes = 1_048_576
const dataKeyPattern = /^[-._a-zA-Z0-9]+$/
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const cannotDecode = ({ kind }: KubeObject, why: string): Error =>
  badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${why}`)

/** The fields of a map of strings must be strings, or the object does not even decode. */
const checkTextMap = (object: KubeObject, field: string): void => {
  const map = object[field]
  if (map === undefined || map === null) return
  if (!isJsonObject(map))
    throw cannotDecode(object, `json: cannot unmarshal into Go struct field ${object.kind}.${field}`)
  for (const [key, value] of Object.entries(map)) {
    if (value !== null && typeof value !== 'string') {
      throw cannotDecode(
        object,
        `json: cannot unmarshal ${typeof value} into Go struct field ${object.kind}.${field}.${key} of type string`,
      )
    }
  }
}

const checkBytes = (object: KubeObject, field: string): void => {
  checkTextMap(object, field)
  for (const value of Object.values(recordAt(object, field))) {
    if (typeof value === 'string' && !base64Pattern.test(value.replace(/[\r\n]/g, '')))
      throw cannotDecode(object, 'illegal base64 data at input byte 0')
  }
}

const dropEmpty = (object: KubeObject, ...fields: readonly string[]): void => {
  for (const field of fields)
    if (
      object[field] === null ||
      (isJsonObject(object[field]) && Object.keys(recordAt(object, field)).length === 0)
    )
      delete object[field]
}

const prepareSecret = (secret: KubeObject): void => {
  checkBytes(secret, 'data')
  checkTextMap(secret, 'stringData')
  const plain = Object.entries(recordAt(secret, 'stringData')).map(([key, value]) => [
    key,
    Buffer.from(String(value), 'utf8').toString('base64'),
  ])
  if (plain.length > 0) secret['data'] = { ...recordAt(secret, 'data'), ...Object.fromEntries(plain) }
  delete secret['stringData']
  secret['type'] ||= 'Opaque'
  for (const [key, value] of Object.entries(recordAt(secret, 'data')))
    if (value === null) recordAt(secret, 'data')[key] = ''
  dropEmpty(secret, 'data')
}

const keyErrors = (object: KubeObject, field: string): FieldError[] =>
  Object.keys(recordAt(object, field)).flatMap((key) =>
    dataKeyPattern.test(key) && key.length <= 253
      ? []
      : [
          invalid(
            `${field}[${key}]`,
            key,
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
          ),
        ],
  )

const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
}

const secretErrors = (secret: KubeObject): FieldError[] => {
  const data = recordAt(secret, 'data')
  const errors = keyErrors(secret, 'data')
  const size = Object.values(data).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value), 'base64'),
    0,
  )
  if (size > dataLimitBytes) errors.push(tooLong('data', dataLimitBytes))
  const type = textAt(secret, 'type')
  for (const key of requiredKeys[type] ?? [])
    if (data[key] === undefined) errors.push(required(`data[${key}]`))
  if (
    type === 'kubernetes.io/service-account-token' &&
    !secret.metadata.annotations?.['kubernetes.io/service-account.name']
  ) {
    errors.push(required('metadata.annotations[kubernetes.io/service-account.name]'))
  }
  return errors
}

/** Once `immutable` is true it stays, and so does the content. */
const frozenErrors = (object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] => {
  if (old['immutable'] !== true) return []
  const errors: FieldError[] = []
  if (object['immutable'] !== true)
    errors.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'))
  for (const field of fields) {
    if (!jsonEqual(object[field] ?? {}, old[field] ?? {}))
      errors.push(forbiddenField(field, 'field is immutable when `immutable` is set'))
  }
  return errors
}

export const secretStrategy: Strategy = {
  prepareCreate: prepareSecret,
  prepareUpdate(secret, old) {
    // an update that leaves the type out keeps it
    if (!textAt(secret, 'type')) secret['type'] = old['type']
    prepareSecret(secret)
  },
  validateCreate: secretErrors,
  validateUpdate: (secret, old) => [
    ...(secret['type'] === old['type'] ? [] : [immutable('type', secret['type'])]),
    ...frozenErrors(secret, old, ['data']),
    ...secretErrors(secret),
  ],
  selectableFields: { type: (secret) => textAt(secret, 'type') },
}

const prepareConfigMap = (configMap: KubeObject): void => {
  checkTextMap(configMap, 'data')
  checkBytes(configMap, 'binaryData')
  dropEmpty(configMap, 'data', 'binaryData')
}

const configMapErrors = (configMap: KubeObject): FieldError[] => {
  const data = Object.values(recordAt(configMap, 'data')).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value), 'utf8'),
    0,
  )
  const binary = Object.values(recordAt(configMap, 'binaryData')).reduce<number>(
    (sum, value) => sum + Buffer.byteLength(String(value), 'base64'),
    0,
  )
  return [
    ...keyErrors(configMap, 'data'),
    ...keyErrors(configMap, 'binaryData'),
    ...(data + binary > dataLimitBytes ? [tooLong('', dataLimitBytes)] : []),
  ]
}

export const configMapStrategy: Strategy = {
  prepareCreate: prepareConfigMap,
  prepareUpdate: prepareConfigMap,
  validateCreate: configMapErrors,
  validateUpdate: (configMap, old) => [
    ...frozenErrors(configMap, old, ['data', 'binaryData']),
    ...configMapErrors(configMap),
  ],
}

/** Every namespace carries its own name as a label, for selectors. */
const nameLabel = (namespace: KubeObject): void => {
  namespace.metadata.labels = {
    ...namespace.metadata.labels,
    'kubernetes.io/metadata.name': namespace.metadata.name ?? '',
  }
}

const lastingNamespaces: readonly string[] = ['default', 'kube-public', 'kube-system']

export const namespaceStrategy: Strategy = {
  validateName: labelProblems,
  returnsDeleted: true,
  refuseDelete: (name) =>
    lastingNamespaces.includes(name) ? 'this namespace may not be deleted' : undefined,
  prepareCreate(namespace) {
    nameLabel(namespace)
    namespace['spec'] = { finalizers: ['kubernetes'] }
    namespace['status'] = { phase: 'Active' }
  },
  prepareUpdate(namespace, old, { subresource }) {
    nameLabel(namespace)
    if (subresource !== 'finalize') namespace['spec'] = old['spec']
  },
  selectableFields: { 'status.phase': (namespace) => textAt(namespace, 'status', 'phase') },
}

export const serviceAccountStrategy: Strategy = { returnsDeleted: true }

export const leaseStrategy: Strategy = {
  createOnUpdate: true,
  validateCreate: (lease) => leaseErrors(lease),
  validateUpdate: (lease) => leaseErrors(lease),
}

const leaseErrors = (lease: KubeObject): FieldError[] => {
  const spec = recordAt(lease, 'spec')
  const errors: FieldError[] = []
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec
  if (typeof duration === 'number' && duration <= 0)
    errors.push(invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'))
  if (typeof transitions === 'number' && transitions < 0)
    errors.push(invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'))
  return errors
}

export const podStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate(pod) {
    pod['status'] = { phase: 'Pending', qosClass: 'BestEffort' }
    const spec = recordAt(pod, 'spec')
    fillPodSpec(spec)
    pod['spec'] = spec
  },
  validateCreate: (pod) =>
    listAt(pod, 'spec', 'containers').length === 0 ? [required('spec.containers')] : [],
  selectableFields: {
    'spec.nodeName': (pod) => textAt(pod, 'spec', 'nodeName'),
    'status.phase': (pod) => textAt(pod, 'status', 'phase'),
    'spec.serviceAccountName': (pod) => textAt(pod, 'spec', 'serviceAccountName'),
  },
}
