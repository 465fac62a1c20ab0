import type { ConsolePlugin, ConsolePluginV1Alpha1, Service } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import {
  consolePlugin,
  consolePluginV1Alpha1,
  isConsolePlugin,
  isConsolePluginV1Alpha1,
} from './console-plugin.ts'
import { consoleService, isConsoleService } from './console-service.ts'
import { golden } from './test/golden.ts'

const place = { namespace: 'openshift-operators', port: 9001 }
const service = golden<Service>('services__openshift-operators__odf-multicluster-console')
const plugin = golden<ConsolePluginV1Alpha1>('consoleplugins__odf-multicluster-console')

describe('what the console is said to be', () => {
  it('a Service as the original makes it: nothing of it is more or other', () => {
    const made = consoleService(place)
    const { labels, annotations } = service.metadata
    expect(service).toMatchObject(made)
    expect(made.metadata).toEqual({ ...made.metadata, labels, annotations })
    expect(made.spec?.ports).toEqual(service.spec?.ports)
    expect(made.spec?.selector).toEqual(service.spec?.selector)
  })

  it('a ConsolePlugin v1alpha1 as the original makes it', () => {
    const { apiVersion, kind, spec } = plugin
    expect(consolePluginV1Alpha1(place)).toEqual({
      apiVersion,
      kind,
      metadata: { name: plugin.metadata.name },
      spec,
    })
  })

  it('a ConsolePlugin v1 that says the same in the words of v1', () => {
    expect(consolePlugin(place)).toEqual({
      apiVersion: 'console.openshift.io/v1',
      kind: 'ConsolePlugin',
      metadata: { name: 'odf-multicluster-console' },
      spec: {
        displayName: 'ODF Multicluster Plugin',
        backend: {
          type: 'Service',
          service: {
            name: 'odf-multicluster-console',
            namespace: 'openshift-operators',
            port: 9001,
            basePath: '/',
          },
        },
        proxy: [
          {
            alias: 'acm-thanos-querier',
            authorization: 'UserToken',
            endpoint: {
              type: 'Service',
              service: {
                name: 'rbac-query-proxy',
                namespace: 'open-cluster-management-observability',
                port: 8443,
              },
            },
          },
        ],
      },
    })
  })

  it('port and namespace are where they are told, in all of them', () => {
    const elsewhere = { namespace: 'odf', port: 9443 }
    expect(consoleService(elsewhere)).toMatchObject({
      metadata: { namespace: 'odf' },
      spec: { ports: [{ port: 9443, targetPort: 9443 }] },
    })
    const at = { namespace: 'odf', port: 9443 }
    expect(consolePlugin(elsewhere).spec?.backend?.service).toMatchObject(at)
    expect(consolePluginV1Alpha1(elsewhere).spec?.service).toMatchObject(at)
  })
})

const v1 = consolePlugin(place)
const bare = { metadata: { name: 'odf-multicluster-console', namespace: 'openshift-operators' } }
const other = { name: 'other', namespace: 'openshift-operators', port: 1 }
const endpoint = { type: 'Service', service: other } as const

describe('whose an object of that name is', () => {
  it.each<[string, Service, boolean]>([
    ['as the original left it', service, true],
    ['as it is made', consoleService(place), true],
    ['with the label gone', { ...service, metadata: { ...service.metadata, labels: {} } }, true],
    ['with another selector', { ...service, spec: { ...service.spec, selector: { app: 'x' } } }, true],
    [
      'with nothing but the certificate asked for',
      {
        metadata: { ...bare.metadata, annotations: { ...service.metadata.annotations } },
      },
      true,
    ],
    ['with nothing of it', { ...bare, spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } }, false],
    ['empty', bare, false],
  ])('a Service %s', (_what, object, expected) => {
    expect(isConsoleService(object)).toBe(expected)
  })

  it.each<[string, ConsolePlugin, boolean]>([
    ['as it is made', v1, true],
    ['with another name shown', { ...v1, spec: { ...v1.spec, displayName: 'x' } }, true],
    ['with another backend', { ...v1, spec: { ...v1.spec, backend: endpoint } }, true],
    [
      'with neither, and the proxy',
      {
        ...bare,
        spec: { proxy: [{ alias: 'acm-thanos-querier', endpoint }] },
      },
      true,
    ],
    ['with nothing of it', { ...bare, spec: { displayName: 'Mine', backend: endpoint, proxy: [] } }, false],
    ['empty', bare, false],
    ['with nonsense for its proxies', { ...bare, spec: { proxy: 'x' as never } }, false],
    ['with nothing for a proxy', { ...bare, spec: { proxy: [null] as never } }, false],
  ])('a ConsolePlugin %s', (_what, object, expected) => {
    expect(isConsolePlugin(object)).toBe(expected)
  })

  it.each<[string, ConsolePluginV1Alpha1, boolean]>([
    ['as the original left it', plugin, true],
    ['with another name shown', { ...plugin, spec: { ...plugin.spec, displayName: 'x' } }, true],
    ['with nothing of it', { ...bare, spec: { displayName: 'Mine', service: other } }, false],
  ])('a ConsolePlugin in v1alpha1 %s', (_what, object, expected) => {
    expect(isConsolePluginV1Alpha1(object)).toBe(expected)
  })
})
