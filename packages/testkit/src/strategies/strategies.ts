import type { Strategy } from '../resources/resource.ts'
import { certificateSigningRequestStrategy } from './certificate-signing-request.ts'
import {
  configMapStrategy,
  leaseStrategy,
  namespaceStrategy,
  podStrategy,
  secretStrategy,
  serviceAccountStrategy,
} from './core.ts'
import { customResourceDefinitionStrategy } from './custom-resource-definition.ts'
import { coreEventStrategy, newEventStrategy } from './events.ts'
import { roleBindingStrategy, roleStrategy } from './rbac.ts'
import {
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  serviceStrategy,
  statefulSetStrategy,
  storageClassStrategy,
} from './workloads.ts'

/** What is special about the built-in kinds, by `group/plural`. */
export const strategies: Readonly<Record<string, Strategy>> = {
  '/configmaps': configMapStrategy,
  '/events': coreEventStrategy,
  '/namespaces': namespaceStrategy,
  '/persistentvolumeclaims': { returnsDeleted: true },
  '/persistentvolumes': { returnsDeleted: true },
  '/pods': podStrategy,
  '/podtemplates': { returnsDeleted: true },
  '/resourcequotas': { returnsDeleted: true },
  '/secrets': secretStrategy,
  '/serviceaccounts': serviceAccountStrategy,
  '/services': serviceStrategy,
  'apiextensions.k8s.io/customresourcedefinitions': customResourceDefinitionStrategy,
  'apps/daemonsets': daemonSetStrategy,
  'apps/deployments': deploymentStrategy,
  'apps/replicasets': replicaSetStrategy,
  'apps/statefulsets': statefulSetStrategy,
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequestStrategy,
  'coordination.k8s.io/leases': leaseStrategy,
  'events.k8s.io/events': newEventStrategy,
  'rbac.authorization.k8s.io/clusterrolebindings': roleBindingStrategy,
  'rbac.authorization.k8s.io/clusterroles': roleStrategy,
  'rbac.authorization.k8s.io/rolebindings': roleBindingStrategy,
  'rbac.authorization.k8s.io/roles': roleStrategy,
  'storage.k8s.io/csidrivers': { returnsDeleted: true },
  'storage.k8s.io/csinodes': { returnsDeleted: true },
  'storage.k8s.io/storageclasses': storageClassStrategy,
  'storage.k8s.io/volumeattachments': { returnsDeleted: true },
}
