import { invalid, notSupported, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { labelValueProblems, qualifiedNameProblems } from '../selectors/label-syntax.ts'
import { label1035Problems, labelProblems } from '../verbs/names.ts'
import { allocateNewService, fillService, reallocateService } from './workload-defaults.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']

const isPort = (value: unknown): boolean => typeof value === 'number' && value >= 1 && value <= 65_535

const portNumberErrors = (field: string, value: unknown): FieldError[] =>
  isPort(value) ? [] : [invalid(field, value, 'must be between 1 and 65535, inclusive')]

const portErrors = (port: Record<string, unknown>, path: string, isOneOfMany: boolean): FieldError[] => {
  const name = textAt(port, 'name')
  const protocol = textAt(port, 'protocol')
  const target = port['targetPort']
  return [
    ...(isOneOfMany && name === '' ? [required(`${path}.name`)] : []),
    ...(name === '' ? [] : labelProblems(name)).map((problem) => invalid(`${path}.name`, name, problem)),
    ...portNumberErrors(`${path}.port`, port['port'] ?? 0),
    ...(protocols.includes(protocol) ? [] : [notSupported(`${path}.protocol`, protocol, protocols)]),
    ...(typeof target === 'number' ? portNumberErrors(`${path}.targetPort`, target) : []),
  ]
}

const selectorErrors = (selector: Record<string, unknown>): FieldError[] =>
  Object.entries(selector).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid('spec.selector', key, problem)),
    ...labelValueProblems(String(value)).map((problem) => invalid('spec.selector', value, problem)),
  ])

const serviceErrors = (service: KubeObject): FieldError[] => {
  const spec = recordAt(service, 'spec')
  const ports = listAt(spec, 'ports').filter(isJsonObject)
  const type = textAt(spec, 'type')
  const isHeadless = textAt(spec, 'clusterIP') === 'None'
  return [
    ...(ports.length === 0 && !isHeadless && type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...ports.flatMap((port, at) => portErrors(port, `spec.ports[${at}]`, ports.length > 1)),
    ...(types.includes(type) ? [] : [notSupported('spec.type', type, types)]),
    ...selectorErrors(recordAt(spec, 'selector')),
  ]
}

const headlessWarnings = (service: KubeObject): string[] => {
  const spec = recordAt(service, 'spec')
  if (textAt(spec, 'clusterIP') !== 'None') return []
  return [
    ...(listAt(spec, 'externalIPs').length > 0 ? ['spec.externalIPs is ignored for headless services'] : []),
    ...(textAt(spec, 'sessionAffinity') === 'ClientIP'
      ? ['spec.SessionAffinity is ignored for headless services']
      : []),
  ]
}

export const serviceStrategy: Strategy = {
  validateName: label1035Problems,
  createOnUpdate: true,
  returnsDeleted: true,
  setDefaults: fillService,
  prepareCreate: allocateNewService,
  prepareUpdate: reallocateService,
  validateCreate: serviceErrors,
  validateUpdate: serviceErrors,
  warnings: headlessWarnings,
}
