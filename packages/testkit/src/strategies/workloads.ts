import { forbiddenField, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { isJsonObject, jsonEqual, recordAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Strategy } from '../resources/resource.ts'
import {
  fillDaemonSet,
  fillDeployment,
  fillNetworkPolicy,
  fillReplicaSet,
  fillStatefulSet,
} from './workload-defaults.ts'
import { deploymentStatusErrors, selectorErrors, workloadErrors } from './workload-errors.ts'

/** Workloads with a pod template: defaults filled in, the selector stays. */
const templated = (named: string, fillDefaults: (workload: KubeObject) => void): Strategy => ({
  generation: true,
  setDefaults: fillDefaults,
  validateCreate: (workload) => workloadErrors(workload, named),
  validateUpdate: (workload, old, { subresource }) =>
    subresource === '' ? [...workloadErrors(workload, named), ...selectorErrors(workload, old)] : [],
})

const templateGeneration = 'deprecated.daemonset.template.generation'

/** Counts the changes of the template, as clients of old API versions expect it. */
const countTemplates = (daemonSet: KubeObject, old?: KubeObject): void => {
  const before = Number(old?.metadata.annotations?.[templateGeneration] ?? 0)
  const isChanged = !jsonEqual(recordAt(daemonSet, 'spec')['template'], recordAt(old, 'spec')['template'])
  daemonSet.metadata.annotations = {
    ...daemonSet.metadata.annotations,
    [templateGeneration]: String(isChanged ? before + 1 : before),
  }
}

const daemonSets = templated('daemonset', fillDaemonSet)

export const daemonSetStrategy: Strategy = {
  ...daemonSets,
  setDefaults(daemonSet) {
    fillDaemonSet(daemonSet)
    // its count is a field of the server, which no object is without
    daemonSet.metadata.annotations = { [templateGeneration]: '0', ...daemonSet.metadata.annotations }
  },
  prepareCreate: (daemonSet) => countTemplates(daemonSet),
  prepareUpdate: countTemplates,
}

const deployments = templated('deployment', fillDeployment)

/** A Deployment that is recreated is not rolled out. */
const rolloutErrors = ({ spec }: KubeObject): FieldError[] => {
  const { type, rollingUpdate } = recordAt(spec, 'strategy')
  return type === 'Recreate' && isJsonObject(rollingUpdate)
    ? [
        forbiddenField(
          'spec.strategy.rollingUpdate',
          "may not be specified when strategy `type` is 'Recreate'",
        ),
      ]
    : []
}

export const deploymentStrategy: Strategy = {
  ...deployments,
  countsAnnotations: true,
  validateCreate: (deployment) => [
    ...rolloutErrors(deployment),
    ...(deployments.validateCreate?.(deployment) ?? []),
  ],
  prepareUpdate(deployment, old, { subresource }) {
    if (subresource === 'status') deployment.metadata.labels = old.metadata.labels
  },
  validateUpdate: (deployment, old, context) =>
    context.subresource === 'status'
      ? deploymentStatusErrors(deployment)
      : [...rolloutErrors(deployment), ...(deployments.validateUpdate?.(deployment, old, context) ?? [])],
}

// the real server calls it so
export const replicaSetStrategy = templated('deployment', fillReplicaSet)
export const statefulSetStrategy = templated('statefulset', fillStatefulSet)

export const networkPolicyStrategy: Strategy = {
  generation: true,
  setDefaults: fillNetworkPolicy,
}

const frozenFields = ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'] as const

/** What a StorageClass provisions with never changes. */
export const storageClassStrategy: Strategy = {
  returnsDeleted: true,
  setDefaults(storageClass) {
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
