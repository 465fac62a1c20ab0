import type { Strategy } from '../resources/resource.ts'
import { admissionBindingStrategy, admissionPolicyStrategy } from './admission-policy.ts'
import { cronJobStrategy, jobStrategy } from './batch.ts'
import { certificateSigningRequestStrategy } from './certificate-signing-request.ts'
import { configMapStrategy } from './config-map.ts'
import {
  leaseStrategy,
  namespaceStrategy,
  nodeStrategy,
  podStrategy,
  serviceAccountStrategy,
} from './core.ts'
import { customResourceDefinitionStrategy } from './custom-resource-definition.ts'
import { coreEventStrategy, newEventStrategy } from './events.ts'
import { roleBindingStrategy, roleStrategy } from './rbac.ts'
import { autoscalerStrategy, priorityClassStrategy } from './scaling.ts'
import { secretStrategy } from './secret.ts'
import { serviceStrategy } from './service.ts'
import { claimStrategy, csiDriverStrategy, volumeStrategy } from './volumes.ts'
import { webhookConfigurationStrategy } from './webhook-configuration.ts'
import {
  daemonSetStrategy,
  deploymentStrategy,
  networkPolicyStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
  storageClassStrategy,
} from './workloads.ts'

/** What is special about the built-in kinds, by `group/plural`. */
export const strategies: Readonly<Record<string, Strategy>> = {
  '/configmaps': configMapStrategy,
  '/events': coreEventStrategy,
  '/namespaces': namespaceStrategy,
  '/nodes': nodeStrategy,
  '/persistentvolumeclaims': claimStrategy,
  '/persistentvolumes': volumeStrategy,
  '/pods': podStrategy,
  '/podtemplates': { returnsDeleted: true },
  '/resourcequotas': { returnsDeleted: true },
  '/secrets': secretStrategy,
  '/serviceaccounts': serviceAccountStrategy,
  '/services': serviceStrategy,
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhookConfigurationStrategy,
  'admissionregistration.k8s.io/validatingadmissionpolicies': admissionPolicyStrategy,
  'admissionregistration.k8s.io/validatingadmissionpolicybindings': admissionBindingStrategy,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhookConfigurationStrategy,
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinitionStrategy,
  'apps/daemonsets': daemonSetStrategy,
  'apps/deployments': deploymentStrategy,
  'apps/replicasets': replicaSetStrategy,
  'apps/statefulsets': statefulSetStrategy,
  'autoscaling/horizontalpodautoscalers': autoscalerStrategy,
  'batch/cronjobs': cronJobStrategy,
  'batch/jobs': jobStrategy,
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequestStrategy,
  'coordination.k8s.io/leases': leaseStrategy,
  'events.k8s.io/events': newEventStrategy,
  'networking.k8s.io/networkpolicies': networkPolicyStrategy,
  'rbac.authorization.k8s.io/clusterrolebindings': roleBindingStrategy,
  'rbac.authorization.k8s.io/clusterroles': roleStrategy,
  'rbac.authorization.k8s.io/rolebindings': roleBindingStrategy,
  'rbac.authorization.k8s.io/roles': roleStrategy,
  'scheduling.k8s.io/priorityclasses': priorityClassStrategy,
  'storage.k8s.io/csidrivers': csiDriverStrategy,
  'storage.k8s.io/csinodes': { returnsDeleted: true },
  'storage.k8s.io/storageclasses': storageClassStrategy,
  'storage.k8s.io/volumeattachments': { returnsDeleted: true, statusLeavesMetadata: true },
}
