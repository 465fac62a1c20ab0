import { invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { qualifiedNameProblems } from '../selectors/label-syntax.ts'

const shortLimit = 128
const noteLimit = 1_024

/** An event stands in the namespace of what it is about; of what has none, in `default`. */
const namespaceErrors = (event: KubeObject, about: string, own: readonly string[]): FieldError[] => {
  const namespace = event.metadata.namespace ?? ''
  const isRight = about === '' ? own.includes(namespace) : about === namespace
  return isRight ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')]
}

const shortText = (event: KubeObject, field: string): FieldError[] => {
  const text = textAt(event, field)
  if (text === '') return [required(field)]
  return text.length > shortLimit ? [invalid(field, '', `can have at most ${shortLimit} characters`)] : []
}

/** Where each group of events has what both have. */
const forms = {
  core: { about: 'involvedObject', controller: 'reportingComponent', message: 'message' },
  events: { about: 'regarding', controller: 'reportingController', message: 'note' },
} as const

/** What is demanded of every event; of one with an eventTime, which only newer clients set, more. */
const eventErrors = (event: KubeObject, { about, controller, message }: Form): FieldError[] => {
  const namespace = textAt(event, about, 'namespace')
  if (textAt(event, 'eventTime') === '') return namespaceErrors(event, namespace, ['default'])
  const reporter = textAt(event, controller)
  return [
    ...(namespace === '' ? namespaceErrors(event, '', ['default', 'kube-system']) : []),
    ...(reporter === '' ? [required(controller)] : []),
    ...qualifiedNameProblems(reporter).map((problem) => invalid(controller, reporter, problem)),
    ...shortText(event, 'reportingInstance'),
    ...shortText(event, 'action'),
    ...shortText(event, 'reason'),
    ...(textAt(event, message).length > noteLimit
      ? [invalid('message', '', `can have at most ${noteLimit} characters`)]
      : []),
  ]
}

type Form = (typeof forms)['core' | 'events']

const unset = (event: KubeObject, field: string, name: string): FieldError[] =>
  event[field] === undefined ? [] : [invalid(name, '', 'needs to be unset')]

/** What events.k8s.io/v1 demands, and core/v1 does not. */
const newEventErrors = (event: KubeObject): FieldError[] => {
  const type = textAt(event, 'type')
  return [
    ...eventErrors(event, forms.events),
    ...(textAt(event, 'eventTime') === '' ? [required('eventTime')] : []),
    ...(type === 'Normal' || type === 'Warning' ? [] : [invalid('type', '', `has invalid value: ${type}`)]),
    ...unset(event, 'deprecatedFirstTimestamp', 'firstTimestamp'),
    ...unset(event, 'deprecatedLastTimestamp', 'lastTimestamp'),
    ...unset(event, 'deprecatedCount', 'count'),
    ...unset(event, 'deprecatedSource', 'source'),
  ]
}

/** Events of core/v1. */
export const coreEventStrategy: Strategy = {
  createOnUpdate: true,
  validateCreate: (event) => eventErrors(event, forms.core),
}

/** Events of events.k8s.io/v1. */
export const newEventStrategy: Strategy = {
  createOnUpdate: true,
  kindGroup: '',
  validateCreate: newEventErrors,
}
