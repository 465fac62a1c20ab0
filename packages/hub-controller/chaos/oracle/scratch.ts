import { contract } from '@odfmo/api-types'
import type { KubeObject, Snapshot } from '@odfmo/testkit'
import { addOnName, hubRbacName } from '../../src/addon/agent-names.ts'
import { podNamespace } from '../../src/test/builders.ts'
import type { Truth } from '../truth.ts'

const { label, secretKind, ramen } = contract

const labelOf = ({ metadata }: KubeObject, name: string): string | undefined => metadata.labels?.[name]

const withoutLabel = (
  labels: Readonly<Record<string, string>> | undefined,
  name: string,
): Record<string, string> => Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => key !== name))

/** What was in the cluster before the hub controller did anything; undefined: nothing of the object. */
const beforeHub = (table: string, object: KubeObject, truth: Truth): KubeObject | undefined => {
  const { metadata } = object
  switch (table) {
    case 'multicluster.odf.openshift.io/mirrorpeers': {
      const { status: _status, ...rest } = object as KubeObject & { readonly status?: unknown }
      const { finalizers: _finalizers, ...meta } = metadata
      return { ...rest, metadata: { ...meta, labels: withoutLabel(metadata.labels, label.backup) } }
    }
    case '/secrets': {
      const isCopy =
        labelOf(object, label.secretType) === secretKind.green ||
        (metadata.namespace === podNamespace && labelOf(object, label.createdBy) !== undefined)
      return isCopy ? undefined : object
    }
    case '/configmaps':
      if (metadata.namespace !== podNamespace || metadata.name !== ramen.configMap) return object
      return {
        ...object,
        data: { ...(object as { data?: object }).data, [ramen.configKey]: truth.ramenText ?? '' },
      }
    case 'ramendr.openshift.io/drclusters':
      return labelOf(object, label.createdBy) === undefined ? object : undefined
    case 'addon.open-cluster-management.io/managedclusteraddons':
    case 'addon.open-cluster-management.io/clustermanagementaddons':
      return metadata.name === addOnName ? undefined : object
    case 'work.open-cluster-management.io/manifestworks':
    case 'coordination.k8s.io/leases':
    case 'events.k8s.io/events':
    case '/events':
      return undefined
    default:
      return table.startsWith('rbac.authorization.k8s.io/') && metadata.name === hubRbacName
        ? undefined
        : object
  }
}

/** The final inputs alone: what users, agents and other software made, with their uids and times, so their order too. */
export const inputsOf = ({ revision, tables }: Snapshot, truth: Truth): Snapshot => ({
  revision,
  tables: Object.fromEntries(
    Object.entries(tables).map(([table, objects]) => [
      table,
      objects.flatMap((object) => beforeHub(table, object, truth) ?? []),
    ]),
  ),
})
