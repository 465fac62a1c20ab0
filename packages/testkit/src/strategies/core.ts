import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import { labelProblems } from '../verbs/names.ts'
import { plainFinalizerErrors } from '../verbs/object-meta.ts'
import { admitPod, fillPodDefaults } from './pod-defaults.ts'
import { mountAccess, qosClassOf } from './pod-access.ts'
import { podSpecErrors } from './pod-errors.ts'

/** Every namespace carries its own name as a label, for selectors. */
const nameLabel = (namespace: KubeObject): void => {
  // not generated yet
  if (!namespace.metadata.name) return
  namespace.metadata.labels = {
    ...namespace.metadata.labels,
    'kubernetes.io/metadata.name': namespace.metadata.name,
  }
}

/** The phase follows from whether the namespace is going. */
const phaseErrors = (namespace: KubeObject): FieldError[] => {
  const phase = textAt(namespace, 'status', 'phase')
  const isGoing = Boolean(namespace.metadata.deletionTimestamp)
  if (phase === (isGoing ? 'Terminating' : 'Active')) return []
  const why = isGoing
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty"
  return [invalid('status.Phase', phase, why)]
}

const finalizersOf = (namespace: KubeObject): string[] => listAt(namespace, 'spec', 'finalizers').map(String)

const lastingNamespaces: readonly string[] = ['default', 'kube-public', 'kube-system']

export const namespaceStrategy: Strategy = {
  validateName: labelProblems,
  returnsDeleted: true,
  refuseDelete: (name) =>
    lastingNamespaces.includes(name) ? 'this namespace may not be deleted' : undefined,
  setDefaults: nameLabel,
  prepareCreate(namespace) {
    nameLabel(namespace)
    const finalizers = finalizersOf(namespace)
    namespace['spec'] = {
      finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'],
    }
    namespace['status'] = { phase: 'Active' }
  },
  validateCreate: (namespace) => plainFinalizerErrors(finalizersOf(namespace), 'spec.finalizers'),
  prepareUpdate(namespace, old, { subresource }) {
    if (subresource !== 'finalize') namespace['spec'] = old['spec']
    else if (finalizersOf(namespace).length === 0) namespace['spec'] = {}
  },
  validateUpdate(namespace, _old, { subresource }) {
    if (subresource === 'finalize') return plainFinalizerErrors(finalizersOf(namespace), 'spec.finalizers')
    return subresource === 'status' ? phaseErrors(namespace) : []
  },
  beginDeletion(namespace) {
    namespace['status'] = { ...recordAt(namespace, 'status'), phase: 'Terminating' }
  },
}

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** Nothing is put on a node before somebody has said that it is ready. */
export const nodeStrategy: Strategy = {
  prepareCreate(node) {
    const taints = listAt(node, 'spec', 'taints')
    const isTainted = taints.some(
      (taint) => textAt(taint, 'key') === notReady.key && textAt(taint, 'effect') === notReady.effect,
    )
    if (!isTainted) node['spec'] = { ...recordAt(node, 'spec'), taints: [...taints, notReady] }
  },
}

export const serviceAccountStrategy: Strategy = { returnsDeleted: true, revalidatesMetadata: true }

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

const podGracePeriod: Strategy['gracePeriod'] = (pod, requested) => {
  const isOver = ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'))
  // nobody runs it
  if (textAt(pod, 'spec', 'nodeName') === '' || isOver) return 0
  const { terminationGracePeriodSeconds: own } = recordAt(pod, 'spec')
  return requested ?? (typeof own === 'number' ? own : 0)
}

export const podStrategy: Strategy = {
  generation: true,
  returnsDeleted: true,
  revalidatesMetadata: true,
  gracePeriod: podGracePeriod,
  setDefaults(pod) {
    const spec = recordAt(pod, 'spec')
    fillPodDefaults(spec)
    pod['spec'] = spec
  },
  prepareCreate(pod) {
    pod['status'] = { phase: 'Pending', qosClass: qosClassOf(pod['spec']) }
    admitPod(recordAt(pod, 'spec'))
    mountAccess(pod)
  },
  validateCreate: (pod) => podSpecErrors(pod['spec'], 'spec'),
}
