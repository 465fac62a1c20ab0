import { listAt, recordAt, textAt } from '../../kube-object.ts'
import type { PrinterColumn } from '../../resources/resource.ts'
import { age, none, selectorText, text, textOrNone } from './column.ts'
import type { Cell } from './column.ts'

const mostShown = 3
const longestAddress = 16

/** The first three of a list, and how many more there are. */
const shortList = (items: readonly string[], empty: string): string => {
  if (items.length === 0) return empty
  const more = items.length > mostShown ? ` + ${items.length - mostShown} more...` : ''
  return items.slice(0, mostShown).join(',') + more
}

const hosts: Cell = (ingress) =>
  shortList(
    listAt(ingress, 'spec', 'rules')
      .map((rule) => textAt(rule, 'host'))
      .filter((host) => host !== ''),
    '*',
  )

const addresses: Cell = (ingress) => {
  const found = listAt(ingress, 'status', 'loadBalancer', 'ingress').map(
    (each) => textAt(each, 'ip') || textAt(each, 'hostname'),
  )
  const shown = [...new Set(found)].toSorted().join(',')
  return shown.length > longestAddress ? `${shown.slice(0, longestAddress - 3)}...` : shown
}

const portText = (port: unknown): string => {
  const { port: number } = recordAt(port)
  return typeof number === 'number' ? String(number) : textAt(port, 'name') || '*'
}

const parameters: Cell = (ingressClass) => {
  const { parameters: found } = recordAt(ingressClass, 'spec')
  if (found === undefined) return none
  const group = textAt(found, 'apiGroup')
  return `${textAt(found, 'kind')}${group === '' ? '' : `.${group}`}/${textAt(found, 'name')}`
}

const withPort = (address: string, port: unknown): string =>
  `${address.includes(':') ? `[${address}]` : address}:${String(recordAt(port)['port'])}`

const endpoints: Cell = (object) => {
  const all = listAt(object, 'subsets').flatMap((subset) => {
    const found = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'))
    const ports = listAt(subset, 'ports')
    return ports.length === 0
      ? found
      : ports.flatMap((port) => found.map((address) => withPort(address, port)))
  })
  return listAt(object, 'subsets').length === 0 ? none : shortList(all, '')
}

/** By `group/plural`. */
export const networkColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  '/endpoints': [text('Endpoints', endpoints), age],
  'discovery.k8s.io/endpointslices': [
    text('AddressType', (slice) => slice['addressType']),
    text('Ports', (slice) => shortList(listAt(slice, 'ports').map(portText), '<unset>')),
    text('Endpoints', (slice) => {
      const all = listAt(slice, 'endpoints').flatMap((endpoint) => listAt(endpoint, 'addresses').map(String))
      return shortList(all, '<unset>')
    }),
    age,
  ],
  'networking.k8s.io/ingressclasses': [
    text('Controller', (ingressClass) => textAt(ingressClass, 'spec', 'controller')),
    text('Parameters', parameters),
    age,
  ],
  'networking.k8s.io/networkpolicies': [
    text('Pod-Selector', (policy) => selectorText(recordAt(policy, 'spec', 'podSelector'))),
    age,
  ],
  'networking.k8s.io/ingresses': [
    text('Class', textOrNone('spec', 'ingressClassName')),
    text('Hosts', hosts),
    text('Address', addresses),
    text('Ports', (ingress) => (listAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    age,
  ],
}
