import { X509Certificate } from 'node:crypto'
import type {
  AddOnDeploymentConfig,
  ClusterManagementAddOn,
  Deployment,
  ManagedClusterAddOn,
  ManifestWork,
} from '@odfmo/api-types'
import { describe, expect, test } from 'vitest'
import { proxyCertificate as certificate } from './test/proxy-certificate.ts'
import { configProblem } from './config-problem.ts'
import { addOn, ask, condition, hub, objectOf, ownedBy, twoClusters, work } from './test/hub-world.ts'

const key = { namespace: 'c1', name: 'addon-tokenexchange-deploy-0' }
const addOnKey = { namespace: 'c1', name: 'tokenexchange' }
const kind = { group: 'addon.open-cluster-management.io', resource: 'addondeploymentconfigs' }
const config = (name: string, spec: AddOnDeploymentConfig['spec'] = zone(name)): AddOnDeploymentConfig => ({
  metadata: { namespace: 'here', name },
  spec,
})
const zone = (name: string) => ({ nodePlacement: { nodeSelector: { zone: name } } })
const at = (name: string) => ({ namespace: 'here', name })

interface Named {
  readonly references?: NonNullable<ManagedClusterAddOn['status']>['configReferences']
  readonly own?: string
  readonly byDefault?: string
  readonly configs?: readonly AddOnDeploymentConfig[]
  readonly annotations?: Record<string, string>
  readonly works?: readonly ManifestWork[]
}

const world = ({ references, own, byDefault, configs = [], annotations, works = [] }: Named) => {
  const owner: ClusterManagementAddOn = {
    metadata: { name: 'tokenexchange', uid: 'cma' },
    spec: {
      supportedConfigs: [byDefault === undefined ? kind : { ...kind, defaultConfig: at(byDefault) }],
    },
  }
  const given = addOn('c1', {
    metadata: { ownerReferences: [ownedBy('cma')], ...(annotations === undefined ? {} : { annotations }) },
    status: {
      conditions: [condition('RegistrationApplied', 'True')],
      ...(references === undefined ? {} : { configReferences: references }),
    },
  })
  const spec = { ...given.spec, ...(own === undefined ? {} : { configs: [{ ...kind, ...at(own) }] }) }
  return twoClusters({ addOns: [{ ...given, spec }], works })
    .filter(([of]) => of !== hub.ClusterManagementAddOn)
    .concat([
      [hub.ClusterManagementAddOn, [owner]],
      [hub.AddOnDeploymentConfig, configs],
    ])
}
const zoneOf = (named: Named): string | undefined => {
  const { spec } = objectOf<ManifestWork>(ask('manifest-work', key, world(named)))
  const deployment = spec?.workload?.manifests?.find((one) => one.kind === 'Deployment') as Deployment
  return deployment.spec?.template.spec.nodeSelector?.['zone']
}
const a = config('a')
const b = config('b')
const d = config('d')

describe('which configuration applies', () => {
  test.each<[string, Named, string | undefined]>([
    [
      'the one that OCM chose of those that are named',
      { references: [{ ...kind, ...at('d'), desiredConfig: at('d') }], own: 'b', byDefault: 'd' },
      'd',
    ],
    [
      'by its name alone, as OCM wrote it before there was a desired one',
      { references: [{ ...kind, ...at('d') }], own: 'b', byDefault: 'd' },
      'd',
    ],
    // Klusterlets may write the status too: theirs would show them a configuration of another cluster.
    [
      'none that only the status names',
      { references: [{ ...kind, ...at('a'), desiredConfig: at('a') }] },
      undefined,
    ],
    [
      'the add-on’s own beside one that only the status names',
      { references: [{ ...kind, ...at('a'), desiredConfig: at('a') }], own: 'b', byDefault: 'd' },
      'b',
    ],
    ['the add-on’s own where OCM has chosen none', { own: 'b', byDefault: 'd' }, 'b'],
    ['the ClusterManagementAddOn’s default where nothing else is named', { byDefault: 'd' }, 'd'],
    ['none when none is named', {}, undefined],
    [
      'none when OCM chose one of another kind',
      { references: [{ resource: 'x', ...at('a'), desiredConfig: at('a') }] },
      undefined,
    ],
    [
      'none when OCM passes on its mark for "no default"',
      {
        references: [
          { ...kind, name: '__reserved_no_default__', desiredConfig: { name: '__reserved_no_default__' } },
        ],
      },
      undefined,
    ],
    ['none when the mark stands as the default', { byDefault: '__reserved_no_default__' }, undefined],
  ])('%s', (_what, named, expected) => {
    expect(zoneOf({ ...named, configs: [a, b, d] })).toBe(expected)
  })
})

describe('a configuration that cannot be used', () => {
  const pem = { caBundle: Buffer.from('no certificate').toString('base64') }
  test.each<[string, Named, string, string]>([
    [
      'is not there',
      { own: 'gone' },
      'NoConfiguration',
      'AddOnDeploymentConfig here/gone, which is not there',
    ],
    [
      'has a proxy’s bundle without certificates',
      { own: 'a', configs: [config('a', { proxyConfig: pem })] },
      'BadConfiguration',
      'caBundle',
    ],
    [
      'has a registry without a name',
      { own: 'a', configs: [config('a', { registries: [{ mirror: 'm' }, { mirror: '' }] })] },
      'BadConfiguration',
      'spec.registries[1].mirror',
    ],
    [
      'has a variable without a name',
      { own: 'a', configs: [config('a', { customizedVariables: [{ name: 'A B', value: 'x' }] })] },
      'BadConfiguration',
      'spec.customizedVariables[0].name',
    ],
    [
      'sends bucket claims nowhere',
      {
        own: 'a',
        configs: [config('a', { customizedVariables: [{ name: 'ODR_NAMESPACE', value: 'No Name' }] })],
      },
      'BadConfiguration',
      'ODR_NAMESPACE',
    ],
    [
      'is an annotation that sends bucket claims nowhere',
      { annotations: { 'multicluster.odf.openshift.io/odr-namespace': '-' } },
      'BadConfiguration',
      'ODR_NAMESPACE',
    ],
  ])('when it %s: the work stays, and a condition says why', (_what, named, reason, text) => {
    const wanted = ask('manifest-work', key, world({ ...named, works: [work('c1')] }))
    expect(wanted).toMatchObject({ is: 'waiting', reason })
    const message = wanted.is === 'waiting' ? wanted.message : ''
    expect(message).toContain(text)
    const status = objectOf<ManagedClusterAddOn>(
      ask('registration', addOnKey, world(named), {
        states: { 'manifest-work': { is: 'waiting', reason, message } },
      }),
    ).status
    expect(status?.conditions?.find(({ type }) => type === 'ManifestApplied')).toMatchObject({
      status: 'False',
      reason: 'ManifestWorkApplyFailed',
      message,
    })
  })

  test('another wait of the work is no failure: it ends by itself', () => {
    const states = { 'manifest-work': { is: 'waiting', reason: 'WorkDeleting', message: 'm' } } as const
    const { status } = objectOf<ManagedClusterAddOn>(ask('registration', addOnKey, world({}), { states }))
    expect(status?.conditions?.some(({ type }) => type === 'ManifestApplied')).toBe(false)
  })
})

describe('a proxy’s bundle', () => {
  const caBundle = (text: string) =>
    configProblem({ proxyConfig: { caBundle: Buffer.from(text).toString('base64') } })

  test('of certificates is taken, with text between them', () => {
    expect(new X509Certificate(certificate).subject).toBe('CN=proxy')
    expect(caBundle(certificate)).toBeUndefined()
    expect(caBundle(`# ours\n${certificate}\n# theirs\n${certificate}`)).toBeUndefined()
  })

  test.each([
    ['base64 of nothing useful', 'x'],
    ['a certificate beside a broken one', `${certificate}${certificate.replace(/M/, 'N')}`],
  ])('that is %s is refused', (_what, text) => {
    expect(caBundle(text)).toContain('caBundle')
  })

  test('that is empty is none', () => {
    expect(configProblem({ proxyConfig: { caBundle: '' } })).toBeUndefined()
  })
})
