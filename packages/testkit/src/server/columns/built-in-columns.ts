import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { ageOf } from '../age.ts'
import { age, labelsText, none, text, textOrNone, whole, wide } from './column.ts'
import type { Cell } from './column.ts'
import { networkColumns } from './network-columns.ts'
import { nodeColumns } from './node-columns.ts'
import { podColumns } from './pod-columns.ts'
import { policyColumns } from './policy-columns.ts'
import { storageColumns } from './storage-columns.ts'
import { volumeColumns } from './volume-columns.ts'
import { workloadColumns } from './workload-columns.ts'

const size =
  (...fields: readonly string[]): Cell =>
  (object) =>
    fields.reduce((sum, field) => sum + Object.keys(recordAt(object, field)).length, 0)

const csrCondition: Cell = (csr) => {
  const types = listAt(csr, 'status', 'conditions').map((condition) => textAt(condition, 'type'))
  const shown = ['Approved', 'Denied', 'Failed'].filter((type) => types.includes(type))
  if (textAt(csr, 'status', 'certificate') !== '') shown.push('Issued')
  return shown.length === 0 ? 'Pending' : shown.join(',')
}

const portText = (port: unknown): string => {
  const { port: number, nodePort } = recordAt(port)
  const node = typeof nodePort === 'number' && nodePort > 0 ? `:${nodePort}` : ''
  return `${String(number)}${node}/${textAt(port, 'protocol') || 'TCP'}`
}

const externalAddress: Cell = (service) => {
  const own = listAt(service, 'spec', 'externalIPs').map(String)
  const given = listAt(service, 'status', 'loadBalancer', 'ingress').map(
    (ingress) => textAt(ingress, 'ip') || textAt(ingress, 'hostname'),
  )
  switch (textAt(service, 'spec', 'type')) {
    case 'ExternalName':
      return textAt(service, 'spec', 'externalName')
    case 'LoadBalancer':
      return [...given, ...own].join(',') || '<pending>'
    default:
      return own.join(',') || none
  }
}

const subjects =
  (kind: string): Cell =>
  (binding) =>
    listAt(binding, 'subjects')
      .filter((subject) => textAt(subject, 'kind') === kind)
      .map((subject) =>
        kind === 'ServiceAccount'
          ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
          : textAt(subject, 'name'),
      )
      .join(', ')

const bindingColumns: readonly PrinterColumn[] = [
  text('Role', (binding) => `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`),
  age,
  wide('Users', subjects('User')),
  wide('Groups', subjects('Group')),
  wide('ServiceAccounts', subjects('ServiceAccount')),
]

const webhookColumns = [whole('Webhooks', (configuration) => listAt(configuration, 'webhooks').length), age]

/** The columns of built-in kinds beside the name, by `group/plural`; others show when they were created. */
export const builtInColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  ...networkColumns,
  ...nodeColumns,
  ...policyColumns,
  ...storageColumns,
  ...volumeColumns,
  ...workloadColumns,
  '/configmaps': [text('Data', size('data', 'binaryData')), age],
  '/namespaces': [text('Status', (namespace) => textAt(namespace, 'status', 'phase')), age],
  '/pods': podColumns,
  '/secrets': [text('Type', (secret) => secret['type']), text('Data', size('data')), age],
  '/serviceaccounts': [age],
  '/services': [
    text('Type', textOrNone('spec', 'type')),
    text('Cluster-IP', textOrNone('spec', 'clusterIP')),
    text('External-IP', externalAddress),
    text('Port(s)', (service) => listAt(service, 'spec', 'ports').map(portText).join(',') || none),
    age,
    wide('Selector', (service) => labelsText(recordAt(service, 'spec', 'selector'))),
  ],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': webhookColumns,
  'admissionregistration.k8s.io/validatingwebhookconfigurations': webhookColumns,
  'certificates.k8s.io/certificatesigningrequests': [
    age,
    text('SignerName', (csr) => textAt(csr, 'spec', 'signerName')),
    text('Requestor', (csr) => textAt(csr, 'spec', 'username')),
    text('RequestedDuration', (csr, now) => {
      const seconds = recordAt(csr, 'spec')['expirationSeconds']
      return typeof seconds === 'number' ? ageOf(new Date(now - seconds * 1_000).toISOString(), now) : none
    }),
    text('Condition', csrCondition),
  ],
  'coordination.k8s.io/leases': [text('Holder', (lease) => textAt(lease, 'spec', 'holderIdentity')), age],
  'rbac.authorization.k8s.io/clusterrolebindings': bindingColumns,
  'rbac.authorization.k8s.io/rolebindings': bindingColumns,
}
