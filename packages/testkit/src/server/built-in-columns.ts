import { isJsonObject, listAt, recordAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { PrinterColumn } from '../resources/resource.ts'
import { ageOf } from './age.ts'

type Cell = (object: KubeObject, now: number) => unknown

const text = (name: string, cell: Cell, priority = 0): PrinterColumn => ({
  name,
  type: 'string',
  cell,
  priority,
})
const whole = (name: string, cell: Cell): PrinterColumn => ({ name, type: 'integer', cell })

const age: PrinterColumn = text('Age', ({ metadata }, now) => ageOf(metadata.creationTimestamp, now))

const numberAt = (object: KubeObject, part: string, field: string): number => {
  const value = recordAt(object, part)[field]
  return typeof value === 'number' ? value : 0
}

const size =
  (...fields: readonly string[]): Cell =>
  (object) =>
    fields.reduce((sum, field) => sum + Object.keys(recordAt(object, field)).length, 0)

const roleRef: Cell = (binding) =>
  `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`

const csrCondition: Cell = (csr) => {
  const types = listAt(csr, 'status', 'conditions').map((condition) => textAt(condition, 'type'))
  const shown = ['Approved', 'Denied', 'Failed'].filter((type) => types.includes(type))
  if (textAt(csr, 'status', 'certificate') !== '') shown.push('Issued')
  return shown.length === 0 ? 'Pending' : shown.join(',')
}

const ready: Cell = (workload) =>
  `${numberAt(workload, 'status', 'readyReplicas')}/${numberAt(workload, 'spec', 'replicas')}`

const containersReady: Cell = (pod) => {
  const statuses = listAt(pod, 'status', 'containerStatuses')
  return `${statuses.filter((status) => isJsonObject(status) && status['ready'] === true).length}/${listAt(pod, 'spec', 'containers').length}`
}

const ports: Cell = (service) => {
  const shown = listAt(service, 'spec', 'ports').map(
    (port) => `${String(recordAt(port)['port'])}/${textAt(port, 'protocol') || 'TCP'}`,
  )
  return shown.length === 0 ? '<none>' : shown.join(',')
}

/** The columns of built-in kinds beside the name, by `group/plural`; others show when they were created. */
export const builtInColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  '/configmaps': [whole('Data', size('data', 'binaryData')), age],
  '/events': [
    text('Last Seen', (event, now) =>
      ageOf(event['lastTimestamp'] ?? event['eventTime'] ?? event.metadata.creationTimestamp, now),
    ),
    text('Type', (event) => event['type']),
    text('Reason', (event) => event['reason']),
    text(
      'Object',
      (event) =>
        `${textAt(event, 'involvedObject', 'kind').toLowerCase()}/${textAt(event, 'involvedObject', 'name')}`,
    ),
    text('Message', (event) => event['message']),
  ],
  '/namespaces': [text('Status', (namespace) => textAt(namespace, 'status', 'phase')), age],
  '/pods': [
    text('Ready', containersReady),
    text('Status', (pod) => textAt(pod, 'status', 'phase')),
    text('Restarts', () => '0'),
    age,
  ],
  '/secrets': [text('Type', (secret) => secret['type']), whole('Data', size('data')), age],
  '/serviceaccounts': [whole('Secrets', (account) => listAt(account, 'secrets').length), age],
  '/services': [
    text('Type', (service) => textAt(service, 'spec', 'type') || 'ClusterIP'),
    text('Cluster-IP', (service) => textAt(service, 'spec', 'clusterIP') || '<none>'),
    text('External-IP', () => '<none>'),
    text('Port(s)', ports),
    age,
  ],
  'apps/deployments': [
    text('Ready', ready),
    whole('Up-to-date', (deployment) => numberAt(deployment, 'status', 'updatedReplicas')),
    whole('Available', (deployment) => numberAt(deployment, 'status', 'availableReplicas')),
    age,
  ],
  'apps/statefulsets': [text('Ready', ready), age],
  'certificates.k8s.io/certificatesigningrequests': [
    age,
    text('SignerName', (csr) => textAt(csr, 'spec', 'signerName')),
    text('Requestor', (csr) => textAt(csr, 'spec', 'username')),
    text('RequestedDuration', (csr, now) => {
      const seconds = recordAt(csr, 'spec')['expirationSeconds']
      return typeof seconds === 'number'
        ? ageOf(new Date(now - seconds * 1_000).toISOString(), now)
        : '<none>'
    }),
    text('Condition', csrCondition),
  ],
  'coordination.k8s.io/leases': [text('Holder', (lease) => textAt(lease, 'spec', 'holderIdentity')), age],
  'rbac.authorization.k8s.io/clusterrolebindings': [text('Role', roleRef), age],
  'rbac.authorization.k8s.io/rolebindings': [text('Role', roleRef), age],
  'storage.k8s.io/storageclasses': [
    text('Provisioner', (storageClass) => storageClass['provisioner']),
    text('ReclaimPolicy', (storageClass) => storageClass['reclaimPolicy']),
    text('VolumeBindingMode', (storageClass) => storageClass['volumeBindingMode']),
    {
      name: 'AllowVolumeExpansion',
      type: 'boolean',
      cell: (storageClass) => storageClass['allowVolumeExpansion'] === true,
    },
    age,
  ],
}
