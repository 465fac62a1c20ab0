import { invalid, tooLong } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { dataKeyErrors, dataLimitBytes, dataSize } from './data-keys.ts'
import { frozenErrors } from './frozen-errors.ts'

const configMapErrors = (configMap: KubeObject): FieldError[] => {
  const binary = recordAt(configMap, 'binaryData')
  const twice = Object.keys(recordAt(configMap, 'data')).filter((key) => Object.hasOwn(binary, key))
  const size = dataSize(configMap, 'data', 'utf8') + dataSize(configMap, 'binaryData', 'base64')
  return [
    ...dataKeyErrors(configMap, 'data'),
    ...twice.map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...dataKeyErrors(configMap, 'binaryData'),
    // the field is the object itself, which the real server prints so
    ...(size > dataLimitBytes ? [tooLong('[]', dataLimitBytes)] : []),
  ]
}

export const configMapStrategy: Strategy = {
  revalidatesMetadata: true,
  validateCreate: configMapErrors,
  validateUpdate: (configMap, old) => [
    ...frozenErrors(configMap, old, ['data', 'binaryData']),
    ...configMapErrors(configMap),
  ],
}
