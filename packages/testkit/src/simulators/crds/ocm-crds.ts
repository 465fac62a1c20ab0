import { kinds } from '@odfmo/api-types'
import type { CustomResourceDefinition } from '@odfmo/api-types'
import {
  anyFields,
  conditionsSchema,
  customResource,
  listOf,
  openObject,
  text,
  wholeNumber,
} from './custom-resource.ts'

const configReferent = { group: text, resource: text, namespace: text, name: text }

const registration = {
  type: 'object',
  required: ['signerName'],
  properties: {
    signerName: {
      type: 'string',
      minLength: 5,
      maxLength: 571,
      pattern: '^([a-z0-9][a-z0-9-]*[a-z0-9]\\.)+[a-z]+\\/[a-z0-9-\\.]+$',
    },
    subject: {
      type: 'object',
      properties: { user: text, groups: listOf(text), organizationUnit: listOf(text) },
    },
  },
}

/** Open Cluster Management, the kinds on the hub. */
export const ocmHubCrds: readonly CustomResourceDefinition[] = [
  customResource({
    kind: kinds.ManagedCluster,
    shortNames: ['mcl', 'mcls'],
    spec: openObject({
      hubAcceptsClient: { type: 'boolean', default: false },
      leaseDurationSeconds: { type: 'integer', format: 'int32', default: 60 },
      managedClusterClientConfigs: listOf(anyFields),
      taints: listOf(anyFields),
    }),
    status: openObject({
      conditions: conditionsSchema,
      clusterClaims: listOf({ type: 'object', properties: { name: text, value: text } }),
      version: openObject({ kubernetes: text }),
    }),
    columns: [
      { name: 'Hub Accepted', type: 'boolean', jsonPath: '.spec.hubAcceptsClient' },
      {
        name: 'Joined',
        type: 'string',
        jsonPath: '.status.conditions[?(@.type=="ManagedClusterJoined")].status',
      },
      {
        name: 'Available',
        type: 'string',
        jsonPath: '.status.conditions[?(@.type=="ManagedClusterConditionAvailable")].status',
      },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  }),
  customResource({
    kind: kinds.ClusterManagementAddOn,
    shortNames: ['cma'],
    spec: openObject({
      addOnMeta: openObject({ displayName: text, description: text }),
      installStrategy: {
        ...openObject({ type: { type: 'string', default: 'Manual' } }),
        default: { type: 'Manual' },
      },
      supportedConfigs: listOf(openObject({ group: text, resource: text })),
    }),
  }),
  customResource({
    kind: kinds.ManagedClusterAddOn,
    shortNames: ['mca', 'mcas'],
    spec: {
      type: 'object',
      properties: {
        installNamespace: {
          type: 'string',
          maxLength: 63,
          default: 'open-cluster-management-agent-addon',
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
        },
        configs: listOf({ type: 'object', required: ['name', 'resource'], properties: configReferent }),
      },
    },
    status: {
      type: 'object',
      properties: {
        addOnConfiguration: anyFields,
        addOnMeta: openObject({ displayName: text, description: text }),
        conditions: conditionsSchema,
        configReferences: listOf(openObject({ ...configReferent, lastObservedGeneration: wholeNumber })),
        healthCheck: {
          type: 'object',
          properties: { mode: { type: 'string', enum: ['Lease', 'Customized'] } },
        },
        kubeClientDriver: { type: 'string', enum: ['', 'token', 'csr'] },
        namespace: text,
        registrations: listOf(registration),
        relatedObjects: listOf({ type: 'object', properties: configReferent }),
        supportedConfigs: listOf({ type: 'object', properties: { group: text, resource: text } }),
      },
    },
    columns: [
      { name: 'Available', type: 'string', jsonPath: '.status.conditions[?(@.type=="Available")].status' },
      { name: 'Degraded', type: 'string', jsonPath: '.status.conditions[?(@.type=="Degraded")].status' },
      {
        name: 'Progressing',
        type: 'string',
        jsonPath: '.status.conditions[?(@.type=="Progressing")].status',
      },
    ],
  }),
  customResource({
    kind: kinds.AddOnDeploymentConfig,
    statusSubresource: false,
    spec: openObject({
      agentInstallNamespace: { type: 'string', default: 'open-cluster-management-agent-addon' },
      customizedVariables: listOf({
        type: 'object',
        required: ['name'],
        properties: { name: text, value: text },
      }),
    }),
  }),
  customResource({
    kind: kinds.ManifestWork,
    spec: openObject({
      workload: {
        type: 'object',
        properties: {
          manifests: {
            type: 'array',
            items: {
              type: 'object',
              'x-kubernetes-embedded-resource': true,
              'x-kubernetes-preserve-unknown-fields': true,
            },
          },
        },
      },
    }),
    status: openObject({ conditions: conditionsSchema }),
  }),
]

/** Open Cluster Management, the kinds on a spoke. */
export const ocmSpokeCrds: readonly CustomResourceDefinition[] = [
  customResource({
    kind: kinds.AppliedManifestWork,
    spec: {
      type: 'object',
      properties: { hubHash: text, agentID: text, manifestWorkName: text },
    },
    status: openObject({
      appliedResources: listOf({
        type: 'object',
        properties: { group: text, version: text, resource: text, namespace: text, name: text, uid: text },
      }),
    }),
  }),
  customResource({
    kind: {
      group: 'cluster.open-cluster-management.io',
      version: 'v1alpha1',
      kind: 'ClusterClaim',
      plural: 'clusterclaims',
      namespaced: false,
    },
    statusSubresource: false,
    spec: { type: 'object', properties: { value: text } },
  }),
]
