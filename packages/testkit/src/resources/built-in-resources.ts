import { builtInFields } from '../selectors/built-in-fields.ts'
import type { KubeObject } from '../kube-object.ts'
import { coreFormOf, eventsFormOf } from '../strategies/event-form.ts'
import { strategies } from '../strategies/strategies.ts'
import { updateRules } from '../strategies/update-rules.ts'
import { typeNameOf } from '../types/built-in-types.ts'
import type { TypeSchemas } from '../types/schema-of-type.ts'
import type { TypedJson } from '../types/typed-json.ts'
import { allVerbs } from './resource.ts'
import type { Resource } from './resource.ts'

/** `plural Kind short,names scope subresources categories verbs`: one line a resource, `*` marks kinds that count generations. */
const table: Readonly<Record<string, readonly string[]>> = {
  v1: [
    'configmaps ConfigMap cm',
    'endpoints Endpoints ep',
    'events Event ev',
    'limitranges LimitRange limits',
    'namespaces Namespace ns cluster status,finalize - create,delete,get,list,patch,update,watch',
    'nodes Node no cluster status',
    'persistentvolumeclaims PersistentVolumeClaim pvc namespaced status',
    'persistentvolumes PersistentVolume pv cluster status',
    'pods Pod po namespaced status,eviction all',
    'podtemplates PodTemplate',
    'replicationcontrollers* ReplicationController rc namespaced status,scale all',
    'resourcequotas ResourceQuota quota namespaced status',
    'secrets Secret',
    'serviceaccounts ServiceAccount sa namespaced token',
    'services Service svc namespaced status all',
  ],
  'admissionregistration.k8s.io/v1': [
    'mutatingwebhookconfigurations* MutatingWebhookConfiguration - cluster - api-extensions',
    'validatingadmissionpolicies* ValidatingAdmissionPolicy - cluster status api-extensions',
    'validatingadmissionpolicybindings* ValidatingAdmissionPolicyBinding - cluster - api-extensions',
    'validatingwebhookconfigurations* ValidatingWebhookConfiguration - cluster - api-extensions',
  ],
  'apiextensions.k8s.io/v1': [
    'customresourcedefinitions* CustomResourceDefinition crd,crds cluster status api-extensions',
  ],
  'apiregistration.k8s.io/v1': ['apiservices APIService - cluster status api-extensions'],
  'apps/v1': [
    'controllerrevisions ControllerRevision',
    'daemonsets* DaemonSet ds namespaced status all',
    'deployments* Deployment deploy namespaced status,scale all',
    'replicasets* ReplicaSet rs namespaced status,scale all',
    'statefulsets* StatefulSet sts namespaced status,scale all',
  ],
  'authentication.k8s.io/v1': [
    'selfsubjectreviews SelfSubjectReview - cluster - - create',
    'tokenreviews TokenReview - cluster - - create',
  ],
  'authorization.k8s.io/v1': [
    'localsubjectaccessreviews LocalSubjectAccessReview - namespaced - - create',
    'selfsubjectaccessreviews SelfSubjectAccessReview - cluster - - create',
    'selfsubjectrulesreviews SelfSubjectRulesReview - cluster - - create',
    'subjectaccessreviews SubjectAccessReview - cluster - - create',
  ],
  'autoscaling/v2': ['horizontalpodautoscalers HorizontalPodAutoscaler hpa namespaced status all'],
  'batch/v1': ['cronjobs* CronJob cj namespaced status all', 'jobs* Job - namespaced status all'],
  'certificates.k8s.io/v1': [
    'certificatesigningrequests CertificateSigningRequest csr cluster status,approval',
  ],
  'coordination.k8s.io/v1': ['leases Lease'],
  'discovery.k8s.io/v1': ['endpointslices EndpointSlice'],
  'events.k8s.io/v1': ['events Event ev'],
  'networking.k8s.io/v1': [
    'ingressclasses* IngressClass - cluster',
    'ingresses* Ingress ing namespaced status',
    'networkpolicies* NetworkPolicy netpol',
  ],
  'node.k8s.io/v1': ['runtimeclasses RuntimeClass - cluster'],
  'policy/v1': ['poddisruptionbudgets* PodDisruptionBudget pdb namespaced status'],
  'rbac.authorization.k8s.io/v1': [
    'clusterrolebindings ClusterRoleBinding - cluster',
    'clusterroles ClusterRole - cluster',
    'rolebindings RoleBinding',
    'roles Role',
  ],
  'scheduling.k8s.io/v1': ['priorityclasses* PriorityClass pc cluster'],
  'storage.k8s.io/v1': [
    'csidrivers CSIDriver - cluster',
    'csinodes CSINode - cluster',
    'csistoragecapacities CSIStorageCapacity',
    'storageclasses StorageClass sc cluster',
    'volumeattachments VolumeAttachment - cluster status',
    'volumeattributesclasses VolumeAttributesClass vac cluster',
  ],
}

/** What clients of old kinds are told with every answer, by `group/plural`. */
const deprecated: Readonly<Record<string, string>> = {
  '/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
}

const workloadScale = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
}

const listed = (text: string | undefined): string[] =>
  text === undefined || text === '-' ? [] : text.split(',')

/** Each form is written as its own type has it. */
const eventForms = (json: TypedJson): Pick<Resource, 'fromStored' | 'toStored'> => ({
  fromStored: (event) => json.encode('events.Event', eventsFormOf(event)) as KubeObject,
  toStored: (event) => json.encode('core.Event', coreFormOf(event)) as KubeObject,
})

const resourceOf = (schemas: TypeSchemas, json: TypedJson, groupVersion: string, line: string): Resource => {
  const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion]
  const [marked = '', kind = '', shortNames, scope, subresources, categories, verbs] = line.split(' ')
  const plural = marked.replace('*', '')
  const selectableFields = builtInFields[`${group}/${plural}`]
  const strategy = {
    ...strategies[`${group}/${plural}`],
    ...updateRules(`${group}/${plural}`),
    ...(selectableFields === undefined ? {} : { selectableFields }),
  }
  // core and events.k8s.io events are one set of objects, kept in the core form
  const isEvent = plural === 'events'
  const typeName = typeNameOf(groupVersion, kind)
  const deprecationWarning = deprecated[`${group}/${plural}`]
  const resource: Resource = {
    // built when first needed: a cluster uses few of all kinds
    get schema() {
      return typeName === undefined ? undefined : schemas.schemaOf(typeName)
    },
    group: group ?? '',
    version: version ?? '',
    plural,
    singular: plural === 'endpoints' ? plural : kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    shortNames: listed(shortNames),
    categories: listed(categories),
    namespaced: scope !== 'cluster',
    verbs: verbs === undefined ? allVerbs : listed(verbs),
    subresources: listed(subresources),
    strategy: marked === plural ? strategy : { generation: true, ...strategy },
    table: isEvent ? '/events' : `${group}/${plural}`,
    isStored: !isEvent || group === '',
    isCustom: false,
    ...(typeName !== undefined && json.has(typeName) ? { typed: { name: typeName, json } } : {}),
    ...(isEvent && group !== '' ? { ...eventForms(json), storageVersion: { group: '' } } : {}),
    // the version that definitions were first kept in
    ...(plural === 'customresourcedefinitions' ? { storageVersion: { version: 'v1beta1' } } : {}),
    ...(listed(subresources).includes('scale') ? { scale: workloadScale } : {}),
    ...(deprecationWarning === undefined ? {} : { deprecationWarning }),
  }
  return resource
}

/** The resources every API server has. */
export const builtInResources = (schemas: TypeSchemas, json: TypedJson): Resource[] =>
  Object.entries(table).flatMap(([groupVersion, lines]) =>
    lines.map((line) => resourceOf(schemas, json, groupVersion, line)),
  )
