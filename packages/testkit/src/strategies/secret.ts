import { immutable, invalid, required, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { readJson } from '../server/read-json.ts'
import { dataKeyErrors, dataLimitBytes, dataSize } from './data-keys.ts'
import { frozenErrors } from './frozen-errors.ts'
import { keyPairProblem } from './key-pair-problem.ts'

const fillSecret = (secret: KubeObject): void => {
  const plain = Object.entries(recordAt(secret, 'stringData')).map(([key, value]) => [
    key,
    Buffer.from(String(value), 'utf8').toString('base64'),
  ])
  if (plain.length > 0) secret['data'] = { ...recordAt(secret, 'data'), ...Object.fromEntries(plain) }
  delete secret['stringData']
  secret['type'] ||= 'Opaque'
}

const textOf = (secret: KubeObject, key: string): string =>
  Buffer.from(textAt(secret, 'data', key), 'base64').toString('utf8')

const missing = (secret: KubeObject, ...keys: readonly string[]): FieldError[] =>
  keys.filter((key) => recordAt(secret, 'data')[key] === undefined).map((key) => required(`data[${key}]`))

const jsonErrors = (secret: KubeObject, key: string): FieldError[] => {
  const absent = missing(secret, key)
  if (absent.length > 0) return absent
  try {
    if (isJsonObject(readJson(textOf(secret, key)))) return []
    return [invalid(`data[${key}]`, '<secret contents redacted>', 'json: cannot unmarshal into an object')]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [invalid(`data[${key}]`, '<secret contents redacted>', message)]
  }
}

const typeErrors = (secret: KubeObject): FieldError[] => {
  switch (textAt(secret, 'type')) {
    case 'kubernetes.io/service-account-token': {
      const annotation = 'kubernetes.io/service-account.name'
      return secret.metadata.annotations?.[annotation]
        ? []
        : [required(`metadata.annotations[${annotation}]`)]
    }
    case 'kubernetes.io/dockercfg':
      return jsonErrors(secret, '.dockercfg')
    case 'kubernetes.io/dockerconfigjson':
      return jsonErrors(secret, '.dockerconfigjson')
    case 'kubernetes.io/basic-auth': {
      // one of them is enough
      const absent = missing(secret, 'username', 'password')
      return absent.length === 2 ? absent : []
    }
    case 'kubernetes.io/ssh-auth':
      return textAt(secret, 'data', 'ssh-privatekey') === '' ? [required('data[ssh-privatekey]')] : []
    case 'kubernetes.io/tls':
      return missing(secret, 'tls.crt', 'tls.key')
    default:
      return []
  }
}

const secretErrors = (secret: KubeObject): FieldError[] => [
  ...dataKeyErrors(secret, 'data'),
  ...(dataSize(secret, 'data', 'base64') > dataLimitBytes ? [tooLong('data', dataLimitBytes)] : []),
  ...typeErrors(secret),
]

export const secretStrategy: Strategy = {
  revalidatesMetadata: true,
  setDefaults: fillSecret,
  validateCreate: secretErrors,
  validateUpdate: (secret, old) => [
    ...(secret['type'] === old['type'] ? [] : [immutable('type', secret['type'])]),
    ...frozenErrors(secret, old, ['data']),
    ...secretErrors(secret),
  ],
  warnings(secret) {
    if (secret['type'] !== 'kubernetes.io/tls') return []
    const problem = keyPairProblem(textOf(secret, 'tls.crt'), textOf(secret, 'tls.key'))
    return problem === undefined ? [] : [problem]
  },
}
