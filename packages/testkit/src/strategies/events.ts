import { invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'

const shortLimit = 128
const noteLimit = 1_024

/** An event stands in the namespace of what it is about; of what has none, in `default`. */
const namespaceErrors = (event: KubeObject, field: 'involvedObject' | 'regarding'): FieldError[] => {
  const about = textAt(event, field, 'namespace')
  const own = event.metadata.namespace ?? ''
  const isRight = about === '' ? own === 'default' || own === 'kube-system' : about === own
  return isRight ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')]
}

const shortText = (event: KubeObject, field: string): FieldError[] => {
  const text = textAt(event, field)
  if (text === '') return [required(field)]
  return text.length > shortLimit ? [invalid(field, '', `can have at most ${shortLimit} characters`)] : []
}

/** What events.k8s.io/v1 demands, and core/v1 does not. */
const newEventErrors = (event: KubeObject): FieldError[] => {
  const type = textAt(event, 'type')
  return [
    ...namespaceErrors(event, 'regarding'),
    ...(textAt(event, 'eventTime') === '' ? [required('eventTime')] : []),
    ...(type === 'Normal' || type === 'Warning' ? [] : [invalid('type', type, 'has invalid value: ')]),
    ...(textAt(event, 'reportingController') === '' ? [required('reportingController')] : []),
    ...shortText(event, 'reportingInstance'),
    ...shortText(event, 'action'),
    ...shortText(event, 'reason'),
    ...(textAt(event, 'note').length > noteLimit
      ? [invalid('message', '', `can have at most ${noteLimit} characters`)]
      : []),
  ]
}

const fields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

const selectableFields: Strategy['selectableFields'] = Object.fromEntries([
  ...fields.map((field) => [
    `involvedObject.${field}`,
    (event: KubeObject) => textAt(event, 'involvedObject', field) || textAt(event, 'regarding', field),
  ]),
  ...['reason', 'type', 'reportingComponent'].map((field) => [
    field,
    (event: KubeObject) => textAt(event, field),
  ]),
])

/** Events of core/v1. */
export const coreEventStrategy: Strategy = {
  createOnUpdate: true,
  selectableFields,
  validateCreate: (event) => namespaceErrors(event, 'involvedObject'),
}

/** Events of events.k8s.io/v1. */
export const newEventStrategy: Strategy = {
  createOnUpdate: true,
  selectableFields,
  validateCreate: newEventErrors,
}
