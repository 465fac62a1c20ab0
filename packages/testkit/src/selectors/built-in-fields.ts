import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'

/** What a field of a selector is compared with. */
export type FieldReader = (object: KubeObject) => string

const text =
  (...path: readonly string[]): FieldReader =>
  (object) =>
    textAt(object, ...path)

/** A boolean or a number; absent it is `absent`. */
const plain =
  (absent: string, part: string, field: string): FieldReader =>
  (object) => {
    const value = recordAt(object, part)[field]
    return typeof value === 'boolean' || typeof value === 'number' ? String(value) : absent
  }

const aboutFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

const about = (field: string): Record<string, FieldReader> =>
  Object.fromEntries(aboutFields.map((each) => [`${field}.${each}`, text(field, each)]))

const source =
  (event: string): FieldReader =>
  (object) =>
    textAt(object, event, 'component') ||
    textAt(object, 'reportingComponent') ||
    textAt(object, 'reportingController')

/**
 * Fields of field selectors besides metadata.name (and metadata.namespace), by `group/plural`. Built-in kinds that are
 * not here know only those two.
 */
export const builtInFields: Readonly<Record<string, Readonly<Record<string, FieldReader>>>> = {
  '/events': {
    ...about('involvedObject'),
    reason: text('reason'),
    reportingComponent: text('reportingComponent'),
    source: source('source'),
    type: text('type'),
  },
  '/namespaces': { 'status.phase': text('status', 'phase') },
  '/nodes': { 'spec.unschedulable': plain('false', 'spec', 'unschedulable') },
  '/pods': {
    'spec.hostNetwork': plain('false', 'spec', 'hostNetwork'),
    'spec.nodeName': text('spec', 'nodeName'),
    'spec.restartPolicy': text('spec', 'restartPolicy'),
    'spec.schedulerName': text('spec', 'schedulerName'),
    'spec.serviceAccountName': text('spec', 'serviceAccountName'),
    'status.nominatedNodeName': text('status', 'nominatedNodeName'),
    'status.phase': text('status', 'phase'),
    'status.podIP': (pod) => textAt(listAt(pod, 'status', 'podIPs')[0], 'ip'),
    'status.podIPs': () => '', // is let through, and never set
  },
  '/replicationcontrollers': { 'status.replicas': plain('0', 'status', 'replicas') },
  '/secrets': { type: text('type') },
  '/services': { 'spec.clusterIP': text('spec', 'clusterIP'), 'spec.type': text('spec', 'type') },
  'batch/jobs': { 'status.successful': plain('0', 'status', 'succeeded') },
  'certificates.k8s.io/certificatesigningrequests': { 'spec.signerName': text('spec', 'signerName') },
  'events.k8s.io/events': {
    ...about('regarding'),
    reason: text('reason'),
    reportingController: text('reportingController'),
    source: source('deprecatedSource'),
    type: text('type'),
  },
}
