import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { age, none, text, wide } from './column.ts'
import type { Cell } from './column.ts'

const rolePrefix = 'node-role.kubernetes.io/'

const status: Cell = (node) => {
  const ready = listAt(node, 'status', 'conditions').find(
    (condition) => textAt(condition, 'type') === 'Ready',
  )
  const word = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady'
  return recordAt(node, 'spec')['unschedulable'] === true ? `${word},SchedulingDisabled` : word
}

const roles: Cell = ({ metadata: { labels = {} } }) => {
  const found = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix))
      return key.length > rolePrefix.length ? [key.slice(rolePrefix.length)] : []
    return key === 'kubernetes.io/role' && value !== '' ? [value] : []
  })
  return [...new Set(found)].toSorted().join(',') || none
}

const address =
  (type: string): Cell =>
  (node) =>
    listAt(node, 'status', 'addresses')
      .filter((each) => textAt(each, 'type') === type)
      .map((each) => textAt(each, 'address'))[0] ?? none

const about =
  (field: string): Cell =>
  (node) =>
    textAt(node, 'status', 'nodeInfo', field) || '<unknown>'

/** By `group/plural`. */
export const nodeColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  '/nodes': [
    text('Status', status),
    text('Roles', roles),
    age,
    text('Version', (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion')),
    wide('Internal-IP', address('InternalIP')),
    wide('External-IP', address('ExternalIP')),
    wide('OS-Image', about('osImage')),
    wide('Kernel-Version', about('kernelVersion')),
    wide('Container-Runtime', about('containerRuntimeVersion')),
  ],
}
