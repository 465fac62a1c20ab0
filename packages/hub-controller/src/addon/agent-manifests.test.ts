import type { ConfigMap, Deployment, MirrorPeer, Role, RoleBinding } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AgentValues } from './agent-deployment.ts'
import { agentManifests } from './agent-manifests.ts'
import { mirroredImage, resourcesOf } from './deployment-config.ts'
import { mirrorPeer } from './test/hub-world.ts'

const values: AgentValues = { image: 'quay.io/odfmo/agent:v1', installNamespace: 'storage', mode: 'async' }
const render = (peers: readonly MirrorPeer[], more: Partial<AgentValues> = {}) =>
  agentManifests('c1', peers, { ...values, ...more })
const ofKind = <T extends KubeObject>(manifests: readonly KubeObject[], kind: string): readonly T[] =>
  manifests.filter((manifest) => manifest.kind === kind) as unknown as readonly T[]
const deploymentOf = (more: Partial<AgentValues> = {}): Deployment => {
  const [deployment] = ofKind<Deployment>(render([mirrorPeer(['c1', 'c2'])], more), 'Deployment')
  if (deployment === undefined) throw new Error('no Deployment')
  return deployment
}
const containerOf = (more: Partial<AgentValues> = {}) => deploymentOf(more).spec?.template.spec.containers[0]

describe('the agent’s manifests', () => {
  test('are the original’s, by name and in this order', () => {
    const names = render([mirrorPeer(['c1', 'c2'])]).map(({ kind, metadata }) => [
      kind,
      metadata.namespace,
      metadata.name,
    ])
    expect(names).toEqual([
      ['ServiceAccount', 'storage', 'token-exchange-agent-sa'],
      ['Role', 'storage', 'token-exchange-agent-role'],
      ['RoleBinding', 'storage', 'token-exchange-agent-rolebinding'],
      ['ClusterRole', undefined, 'token-exchange-agent-role'],
      ['ClusterRoleBinding', undefined, 'token-exchange-agent'],
      ['Deployment', 'storage', 'token-exchange-agent'],
    ])
  })

  test('run the agent as the original’s Deployment does', () => {
    const { spec } = deploymentOf()
    expect(spec?.selector).toEqual({ matchLabels: { app: 'token-exchange-agent' } })
    expect(spec?.template.metadata?.labels).toEqual({ app: 'token-exchange-agent' })
    expect(spec?.replicas).toBe(1)
    expect(spec?.strategy).toEqual({ type: 'Recreate' })
    expect(spec?.template.spec.volumes).toEqual([
      { name: 'hub-config', secret: { secretName: 'tokenexchange-hub-kubeconfig' } },
    ])
    expect(spec?.template.spec.tolerations).toEqual([
      { key: 'node.ocs.openshift.io/storage', operator: 'Equal', value: 'true', effect: 'NoSchedule' },
    ])
    const container = containerOf()
    expect(container?.name).toBe('token-exchange-agent')
    expect(container?.command).toEqual(['/manager'])
    expect(container?.args).toEqual([
      'tokenexchange',
      '--hub-kubeconfig=/var/run/hub/kubeconfig',
      '--cluster-name=c1',
      '--namespace=storage',
      '--mode=async',
    ])
    expect(container?.volumeMounts).toEqual([
      { name: 'hub-config', mountPath: '/var/run/hub', readOnly: true },
    ])
    expect(container?.livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 8000 })
    expect(container?.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 8000 })
    expect(container?.env?.map(({ name }) => name)).toEqual(['POD_NAME', 'POD_NAMESPACE'])
  })

  test('run under the restricted pod security standard', () => {
    expect(deploymentOf().spec?.template.spec.securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(containerOf()?.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    })
  })

  test('give rights in the namespaces of this cluster’s StorageClusters, and in no other', () => {
    const peers = [
      mirrorPeer(['c1', 'c2'], { namespaces: ['a', 'not-here'] }),
      mirrorPeer(['c3', 'c1'], { namespaces: ['nor-here', 'b'] }),
    ]
    const manifests = render(peers, { installNamespace: 'a', odrNamespace: 'odr' })
    expect(ofKind<Role>(manifests, 'Role').map(({ metadata }) => metadata.namespace)).toEqual([
      'a',
      'b',
      'odr',
    ])
    expect(
      ofKind<RoleBinding>(manifests, 'RoleBinding').map(({ metadata, subjects }) => [
        metadata.namespace,
        subjects,
      ]),
    ).toEqual(
      ['a', 'b', 'odr'].map((namespace) => [
        namespace,
        [{ kind: 'ServiceAccount', name: 'token-exchange-agent-sa', namespace: 'a' }],
      ]),
    )
  })

  test('let nobody read secrets of the whole cluster', () => {
    const [clusterRole] = ofKind<Role>(render([mirrorPeer(['c1', 'c2'])]), 'ClusterRole')
    expect(clusterRole?.rules?.flatMap(({ resources }) => resources)).not.toContain('secrets')
    for (const { rules = [] } of ofKind<Role>(
      render([mirrorPeer(['c1', 'c2'])], { odrNamespace: 'odr' }),
      'Role',
    )) {
      for (const rule of rules)
        expect([...rule.verbs, ...(rule.apiGroups ?? []), ...(rule.resources ?? [])]).not.toContain('*')
    }
  })

  test('do not depend on the order of MirrorPeers', () => {
    const peer = fc.record({
      other: fc.constantFrom('c2', 'c3'),
      namespace: fc.constantFrom('a', 'b', 'c'),
      first: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(peer, { minLength: 1, maxLength: 5 }), fc.integer(), (wishes, seed) => {
        const peers = wishes.map(({ other, namespace, first }) =>
          first
            ? mirrorPeer(['c1', other], { namespaces: [namespace, 'x'] })
            : mirrorPeer([other, 'c1'], { namespaces: ['x', namespace] }),
        )
        const turned = peers
          .map((_, i) => peers[(((i + seed) % peers.length) + peers.length) % peers.length])
          .filter((p) => p !== undefined)
        expect(render(turned)).toEqual(render(peers))
      }),
    )
  })

  test('carry ODR_NAMESPACE', () => {
    expect(containerOf({ odrNamespace: 'odr' })?.env).toContainEqual({ name: 'ODR_NAMESPACE', value: 'odr' })
    const custom = { customizedVariables: [{ name: 'ODR_NAMESPACE', value: 'mine' }] }
    expect(containerOf({ config: custom })?.env).toContainEqual({ name: 'ODR_NAMESPACE', value: 'mine' })
    expect(
      containerOf({ odrNamespace: 'odr', config: custom })?.env?.filter(
        ({ name }) => name === 'ODR_NAMESPACE',
      ),
    ).toEqual([{ name: 'ODR_NAMESPACE', value: 'odr' }])
  })
})

describe('an AddOnDeploymentConfig', () => {
  test('places, mirrors, proxies, sizes and sets variables', () => {
    const config = {
      agentInstallNamespace: 'elsewhere',
      nodePlacement: { nodeSelector: { zone: 'a' }, tolerations: [{ key: 'x', operator: 'Exists' }] },
      registries: [{ source: 'quay.io/odfmo', mirror: 'mirror.example/odf' }],
      proxyConfig: { httpProxy: 'http://p', httpsProxy: 'https://p', noProxy: '.svc' },
      resourceRequirements: [{ containerID: '*:*:*', resources: { limits: { memory: '1Gi' } } }],
      customizedVariables: [
        { name: 'S3_EXCHANGE_SOURCE_SECRET_STRING_MATCH', value: 'my-bucket' },
        { name: 'POD_NAMESPACE', value: 'forged' },
      ],
    }
    const container = containerOf({ config })
    const { metadata, spec } = deploymentOf({ config })
    expect(metadata.namespace).toBe('storage')
    expect(spec?.template.spec.nodeSelector).toEqual({ zone: 'a' })
    expect(spec?.template.spec.tolerations).toHaveLength(2)
    expect(container?.image).toBe('mirror.example/odf/agent:v1')
    expect(container?.resources).toEqual({ limits: { memory: '1Gi' } })
    expect(container?.env?.filter(({ value }) => value !== undefined)).toEqual([
      { name: 'HTTP_PROXY', value: 'http://p' },
      { name: 'HTTPS_PROXY', value: 'https://p' },
      { name: 'NO_PROXY', value: '.svc' },
      { name: 'S3_EXCHANGE_SOURCE_SECRET_STRING_MATCH', value: 'my-bucket' },
    ])
  })

  test('brings the proxy’s authorities, and a new pod for new ones', () => {
    const config = (text: string) => ({
      proxyConfig: { httpsProxy: 'https://p', caBundle: Buffer.from(text).toString('base64') },
    })
    const manifests = render([mirrorPeer(['c1', 'c2'])], { config: config('PEM') })
    expect(ofKind<ConfigMap>(manifests, 'ConfigMap')[0]?.data).toEqual({ 'ca-bundle.crt': 'PEM' })
    expect(containerOf({ config: config('PEM') })?.env).toContainEqual({
      name: 'NODE_EXTRA_CA_CERTS',
      value: '/etc/proxy-ca/ca-bundle.crt',
    })
    expect(containerOf({ config: config('PEM') })?.volumeMounts?.map(({ name }) => name)).toEqual([
      'hub-config',
      'proxy-ca',
    ])
    const annotationsOf = (text: string) =>
      deploymentOf({ config: config(text) }).spec?.template.metadata?.annotations
    expect(annotationsOf('PEM')).toEqual(annotationsOf('PEM'))
    expect(annotationsOf('PEM')).not.toEqual(annotationsOf('OTHER'))
  })

  test.each([
    ['quay.io/odf', 'm', 'm/agent:v1'],
    ['quay.io/odf/', 'm/', 'm/agent:v1'],
    ['quay.io/od', 'm', 'quay.io/odf/agent:v1'],
    ['quay.io/odf/agent', 'm/a', 'm/a:v1'],
    ['', 'm', 'm/agent:v1'],
    ['docker.io', 'm', 'quay.io/odf/agent:v1'],
  ])('a registry %s mirrored by %s makes %s', (source, mirror, image) => {
    expect(mirroredImage('quay.io/odf/agent:v1', { registries: [{ source, mirror }] })).toBe(image)
  })

  test('the last registry that fits decides', () => {
    const registries = [
      { source: 'quay.io', mirror: 'a' },
      { source: 'quay.io/odf', mirror: 'b' },
      { source: 'x', mirror: 'c' },
    ]
    expect(mirroredImage('quay.io/odf/agent:v1', { registries })).toBe('b/agent:v1')
  })

  test('the last requirement that names the container decides', () => {
    const requirement = (containerID: string, memory: string) => ({
      containerID,
      resources: { limits: { memory } },
    })
    const config = {
      resourceRequirements: [
        requirement('*:*:*', '1'),
        requirement('deployments:token-exchange-agent:token-exchange-agent', '2'),
        requirement('deployments:other:*', '3'),
        requirement('malformed', '4'),
      ],
    }
    expect(resourcesOf(config, {})).toEqual({ limits: { memory: '2' } })
  })
})
