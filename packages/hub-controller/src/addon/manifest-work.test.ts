import type { AddOnDeploymentConfig, Deployment, ManagedClusterAddOn, ManifestWork } from '@odfmo/api-types'
import { describe, expect, test } from 'vitest'
import { configSpecHash } from './config-spec-hash.ts'
import {
  addOn,
  ask,
  condition,
  hub,
  managedCluster,
  mirrorPeer,
  objectOf,
  rule,
  twoClusters,
  work,
} from './test/hub-world.ts'

const key = { namespace: 'c1', name: 'addon-tokenexchange-deploy-0' }
const oldKey = { namespace: 'c1', name: 'addon-tokenexchange-deploy' }
const hashAnnotation = 'open-cluster-management.io/config-spec-hash'
const registered: NonNullable<ManagedClusterAddOn['status']> = {
  conditions: [condition('RegistrationApplied', 'True')],
}
const registeredAddOn = addOn('c1', { status: registered })
const contents = (more: Parameters<typeof twoClusters>[0] = {}) =>
  twoClusters({ addOns: [registeredAddOn], ...more })
const deploymentIn = (object: ManifestWork): Deployment =>
  object.spec?.workload?.manifests?.find(({ kind }) => kind === 'Deployment') as Deployment

describe('the work', () => {
  test('deploys the agent, owned by the add-on', () => {
    const wanted = ask('manifest-work', key, contents())
    expect(wanted.is).toBe('present')
    const { metadata, spec } = objectOf<ManifestWork>(wanted)
    expect(metadata).toEqual({
      ...key,
      labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' },
      ownerReferences: [
        {
          apiVersion: 'addon.open-cluster-management.io/v1alpha1',
          kind: 'ManagedClusterAddOn',
          name: 'tokenexchange',
          uid: 'addon-c1',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    })
    expect(spec?.workload?.manifests?.map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
      'Deployment',
    ])
    expect(JSON.stringify(spec)).not.toContain('creationTimestamp')
  })

  test('starts when the registration has a condition, be it False', () => {
    expect(ask('manifest-work', key, contents({ addOns: [addOn('c1')] }))).toMatchObject({
      is: 'waiting',
      reason: 'NotRegistered',
    })
    const refused = addOn('c1', { status: { conditions: [condition('RegistrationApplied', 'False')] } })
    expect(ask('manifest-work', key, contents({ addOns: [refused] })).is).toBe('present')
  })

  test.each<[string, string, Parameters<typeof twoClusters>[0]]>([
    ['nobody holds the cluster', 'absent', { peers: [] }],
    [
      'the ManagedCluster goes',
      'leave',
      { clusters: [{ ...managedCluster('c1'), metadata: { name: 'c1', deletionTimestamp: 'x' } }] },
    ],
    ['the add-on is gone', 'waiting', { addOns: [] }],
    [
      'the work is being deleted',
      'waiting',
      { works: [work('c1', key.name, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })] },
    ],
    [
      'hosted mode is asked for',
      'waiting',
      {
        addOns: [
          addOn('c1', {
            status: registered,
            metadata: { annotations: { 'addon.open-cluster-management.io/hosting-cluster-name': 'm' } },
          }),
        ],
      },
    ],
  ])('when %s: %s', (_what, is, more) => {
    expect(ask('manifest-work', key, contents({ works: [work('c1')], ...more })).is).toBe(is)
  })

  test('of the original is taken over under its own name', () => {
    const original = work('c1', 'addon-tokenexchange-deploy', {
      metadata: {
        labels: { 'open-cluster-management.io/addon-name': 'tokenexchange', mine: 'x' },
        name: oldKey.name,
        namespace: 'c1',
      },
      spec: { workload: { manifests: [] }, deleteOption: { propagationPolicy: 'Foreground' } },
    })
    const wanted = ask('manifest-work', oldKey, contents({ works: [original] }))
    expect(wanted.is).toBe('edited')
    const edited = objectOf<ManifestWork>(wanted)
    expect(edited.metadata.labels).toHaveProperty('mine', 'x')
    expect(edited.spec?.deleteOption).toEqual({ propagationPolicy: 'Foreground' })
    expect(edited.spec?.workload?.manifests).toHaveLength(6)
    expect(ask('manifest-work', key, contents({ works: [original] })).is).toBe('absent')
  })

  test('is one: the eldest stays, hooks and hosted works of others are not it', () => {
    const born = (name: string, creationTimestamp: string, labels = {}) =>
      work('c1', name, {
        metadata: {
          name,
          namespace: 'c1',
          creationTimestamp,
          labels: { 'open-cluster-management.io/addon-name': 'tokenexchange', ...labels },
        },
      })
    const works = [
      born(key.name, '2026-02-01T00:00:00Z'),
      born(oldKey.name, '2026-01-01T00:00:00Z'),
      born('addon-tokenexchange-pre-delete', '2025-01-01T00:00:00Z'),
      born('hosting', '2025-01-01T00:00:00Z', { 'open-cluster-management.io/addon-namespace': 'x' }),
    ]
    expect(ask('manifest-work', oldKey, contents({ works })).is).toBe('edited')
    expect(ask('manifest-work', key, contents({ works })).is).toBe('absent')
    const { ours, keys } = rule('manifest-work')
    expect(works.map((live) => ours?.(live, key))).toEqual([true, true, false, false])
    expect(works.flatMap((live) => keys[1]?.keys(live) ?? []).map(({ name }) => name)).toEqual([
      key.name,
      oldKey.name,
    ])
  })

  test('is made again under our name while an old one is going', () => {
    const going = work('c1', oldKey.name, {
      metadata: {
        name: oldKey.name,
        namespace: 'c1',
        deletionTimestamp: '2026-01-01T00:00:00Z',
        labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' },
      },
    })
    expect(ask('manifest-work', key, contents({ works: [going] })).is).toBe('present')
  })

  test('that is right is not written', () => {
    const first = objectOf<ManifestWork>(ask('manifest-work', key, contents()))
    const again = objectOf<ManifestWork>(ask('manifest-work', key, contents({ works: [first] })))
    const { uid: _u, resourceVersion: _r, ...metadata } = again.metadata
    expect({ ...again, metadata }).toEqual(first)
  })

  test('that is right but for what the server, OCM and others put in it is not written either', () => {
    const first = objectOf<ManifestWork>(ask('manifest-work', key, contents()))
    const live: ManifestWork = {
      ...first,
      metadata: {
        ...first.metadata,
        uid: 'w',
        resourceVersion: '7',
        generation: 3,
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { ...first.metadata.labels, mine: 'x' },
        annotations: { mine: 'x' },
        finalizers: ['cluster.open-cluster-management.io/manifest-work-cleanup'],
        ownerReferences: [
          ...(first.metadata.ownerReferences ?? []).map((owner) => ({
            ...owner,
            apiVersion: 'addon.open-cluster-management.io/v1beta1',
          })),
        ],
      },
      spec: {
        ...first.spec,
        deleteOption: { propagationPolicy: 'Foreground' },
        executor: { subject: { type: 'ServiceAccount' } },
        manifestConfigs: [],
      },
      status: { conditions: [condition('Applied', 'True')] },
    }
    expect(objectOf(ask('manifest-work', key, contents({ works: [live] })))).toEqual(live)
  })

  test('gets the add-on’s new owner reference when that was made again', () => {
    const first = objectOf<ManifestWork>(ask('manifest-work', key, contents()))
    const recreated = addOn('c1', { status: registered, metadata: { uid: 'new' } })
    const edited = objectOf(ask('manifest-work', key, contents({ works: [first], addOns: [recreated] })))
    expect(edited.metadata.ownerReferences?.map(({ uid }) => uid)).toEqual(['new'])
  })

  test('changes with the MirrorPeers that hold it', () => {
    const peers = [mirrorPeer(['c1', 'c2']), mirrorPeer(['c3', 'c1'], { namespaces: ['x', 'other'] })]
    const roles = objectOf<ManifestWork>(
      ask('manifest-work', key, contents({ peers })),
    ).spec?.workload?.manifests?.filter(({ kind }) => kind === 'Role')
    expect(roles?.map(({ metadata }) => metadata.namespace)).toEqual(['other', 'storage'])
  })

  test('takes namespace, mode and ODR namespace from the add-on', () => {
    const given = addOn('c1', {
      status: registered,
      metadata: {
        annotations: {
          'multicluster.openshift.io/mode': 'sync',
          'multicluster.odf.openshift.io/odr-namespace': 'odr',
        },
      },
    })
    const container = deploymentIn(objectOf(ask('manifest-work', key, contents({ addOns: [given] })))).spec
      ?.template.spec.containers[0]
    expect(container?.args).toContain('--mode=sync')
    expect(container?.args).toContain('--namespace=storage')
    expect(container?.env).toContainEqual({ name: 'ODR_NAMESPACE', value: 'odr' })
  })
})

describe('a configuration', () => {
  const named = {
    group: 'addon.open-cluster-management.io',
    resource: 'addondeploymentconfigs',
    name: 'mine',
    namespace: 'here',
  }
  const reference = { ...named, desiredConfig: { name: 'mine', namespace: 'here', specHash: 'abc' } }
  const configured = {
    ...addOn('c1', { status: { ...registered, configReferences: [reference] } }),
    spec: { installNamespace: 'storage', configs: [named] },
  }
  const config: AddOnDeploymentConfig = {
    metadata: { name: 'mine', namespace: 'here' },
    spec: { nodePlacement: { nodeSelector: { zone: 'a' } } },
  }
  const asked = (more: Parameters<typeof twoClusters>[0] = {}) =>
    objectOf<ManifestWork>(
      ask(
        'manifest-work',
        key,
        contents({ addOns: [configured], others: [[hub.AddOnDeploymentConfig, [config]]], ...more }),
      ),
    )

  test('that OCM chose is honoured, and its hash is on the work', () => {
    expect(deploymentIn(asked()).spec?.template.spec.nodeSelector).toEqual({ zone: 'a' })
    expect(asked().metadata.annotations).toEqual({
      [hashAnnotation]: '{"addondeploymentconfigs.addon.open-cluster-management.io/here/mine":"abc"}',
    })
  })

  test('that is not there is waited for', () => {
    const wanted = ask('manifest-work', key, contents({ addOns: [configured] }))
    expect(wanted).toMatchObject({ is: 'waiting', reason: 'NoConfiguration' })
  })

  test('that is gone takes its hash with it, and nobody else’s annotations', () => {
    const live = work('c1', key.name, {
      metadata: { ...work('c1').metadata, annotations: { [hashAnnotation]: '{}', mine: 'x' } },
    })
    const edited = objectOf<ManifestWork>(ask('manifest-work', key, contents({ works: [live] })))
    expect(edited.metadata.annotations).toEqual({ mine: 'x' })
  })

  test('hash: keys in order, cluster-scoped ones without namespace, none when there are no references', () => {
    expect(configSpecHash()).toBeUndefined()
    expect(configSpecHash([])).toBeUndefined()
    expect(configSpecHash([{ resource: 'x' }])).toBe('{}')
    expect(
      configSpecHash([
        { group: 'g', resource: 'b', desiredConfig: { name: 'n', specHash: '2' } },
        { group: '', resource: 'a', desiredConfig: { name: 'n', namespace: 'ns', specHash: '1' } },
      ]),
    ).toBe('{"a/ns/n":"1","b.g/n":"2"}')
  })
})
