import { immutable, invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { jsonEqual, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import {
  fillDaemonSet,
  fillDeployment,
  fillReplicaSet,
  fillService,
  fillStatefulSet,
} from './workload-defaults.ts'

const templateErrors = (workload: KubeObject): FieldError[] => {
  const spec = recordAt(workload, 'spec')
  const errors: FieldError[] = []
  const selector = recordAt(spec, 'selector', 'matchLabels')
  const labels = recordAt(spec, 'template', 'metadata', 'labels')
  if (spec['selector'] === undefined || spec['selector'] === null) errors.push(required('spec.selector'))
  else if (Object.entries(selector).some(([key, value]) => labels[key] !== value)) {
    errors.push(
      invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
    )
  }
  return errors
}

/** Workloads with a pod template: defaults filled in, the selector stays. */
const templated = (fillDefaults: (workload: KubeObject) => void): Strategy => ({
  generation: true,
  prepareCreate: fillDefaults,
  prepareUpdate: fillDefaults,
  validateCreate: templateErrors,
  validateUpdate: (workload, old) => [
    ...(jsonEqual(recordAt(workload, 'spec')['selector'], recordAt(old, 'spec')['selector'])
      ? []
      : [immutable('spec.selector', recordAt(workload, 'spec')['selector'])]),
    ...templateErrors(workload),
  ],
})

export const daemonSetStrategy = templated(fillDaemonSet)
export const deploymentStrategy = templated(fillDeployment)
export const replicaSetStrategy = templated(fillReplicaSet)
export const statefulSetStrategy = templated(fillStatefulSet)

export const serviceStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate: fillService,
  prepareUpdate: fillService,
}

const frozenFields = ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'] as const

/** What a StorageClass provisions with never changes. */
export const storageClassStrategy: Strategy = {
  returnsDeleted: true,
  prepareCreate(storageClass) {
    storageClass['reclaimPolicy'] ??= 'Delete'
    storageClass['volumeBindingMode'] ??= 'Immediate'
  },
  validateCreate: (storageClass) =>
    storageClass['provisioner'] === undefined ? [required('provisioner')] : [],
  validateUpdate: (storageClass, old) =>
    frozenFields.flatMap((field) =>
      jsonEqual(storageClass[field] ?? null, old[field] ?? null)
        ? []
        : [
            {
              reason: 'FieldValueForbidden' as const,
              field,
              message: `Forbidden: updates to ${field} are forbidden.`,
            },
          ],
    ),
}
