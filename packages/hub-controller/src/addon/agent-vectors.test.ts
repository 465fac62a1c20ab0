import type { MirrorPeer } from '@odfmo/api-types'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { AgentValues } from './agent-deployment.ts'
import { agentManifests } from './agent-manifests.ts'
import { proxyCertificate } from './test/proxy-certificate.ts'
import { mirrorPeer } from './test/hub-world.ts'

interface Vector {
  readonly cluster: string
  readonly mirrorPeers: readonly MirrorPeer[]
  readonly values: AgentValues
}

const values: AgentValues = { image: 'quay.io/odf/agent:v1', installNamespace: 'storage', mode: 'async' }
const one = mirrorPeer(['c1', 'c2'])

/** What is rendered, byte for byte, in vectors/: the diff of such a file is what an update does to every spoke. */
const vectors: Readonly<Record<string, Vector>> = {
  'one-mirror-peer': { cluster: 'c1', mirrorPeers: [one], values },
  'two-mirror-peers-two-namespaces': {
    cluster: 'c1',
    mirrorPeers: [one, mirrorPeer(['c3', 'c1'], { namespaces: ['x', 'other-storage'] })],
    values: { ...values, mode: 'sync' },
  },
  'buckets-elsewhere': { cluster: 'c2', mirrorPeers: [one], values: { ...values, odrNamespace: 'buckets' } },
  'no-mirror-peer-of-this-cluster': { cluster: 'c9', mirrorPeers: [one], values },
  configured: {
    cluster: 'c1',
    mirrorPeers: [one],
    values: {
      ...values,
      config: {
        agentInstallNamespace: 'ignored',
        nodePlacement: {
          nodeSelector: { 'node-role.kubernetes.io/infra': '' },
          tolerations: [{ key: 'infra', operator: 'Exists' }],
        },
        registries: [{ source: 'quay.io/odf', mirror: 'mirror.example:5000/odf' }],
        proxyConfig: {
          httpProxy: 'http://proxy.example:3128',
          httpsProxy: 'https://proxy.example:3129',
          noProxy: '.cluster.local,.svc,10.0.0.0/8',
          caBundle: Buffer.from(proxyCertificate).toString('base64'),
        },
        resourceRequirements: [
          {
            containerID: 'deployments:token-exchange-agent:token-exchange-agent',
            resources: { requests: { memory: '256Mi' }, limits: { memory: '1Gi' } },
          },
        ],
        customizedVariables: [
          { name: 'ODR_NAMESPACE', value: 'buckets' },
          { name: 'POD_NAME', value: 'ours: not taken' },
          { name: 'NODE_EXTRA_CA_CERTS', value: 'ours: not taken' },
          { name: 'S3_EXCHANGE_SOURCE_SECRET_STRING_MATCH', value: 'mine' },
          { name: 'HTTP_PROXY', value: 'http://other.example:3128' },
        ],
      },
    },
  },
}

test.each(Object.entries(vectors))('%s is rendered as its file says', async (name, vector) => {
  const manifests = agentManifests(vector.cluster, vector.mirrorPeers, vector.values)
  const text = manifests
    .map((manifest) => stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n')
  await expect(text).toMatchFileSnapshot(`vectors/${name}.yaml`)
})

test('the same in another order of MirrorPeers, and no name twice among variables', () => {
  for (const { cluster, mirrorPeers, values: given } of Object.values(vectors)) {
    const manifests = agentManifests(cluster, mirrorPeers, given)
    expect(agentManifests(cluster, mirrorPeers.toReversed(), given)).toEqual(manifests)
    const names = [...JSON.stringify(manifests).matchAll(/"name":"([A-Z_0-9]+)"/g)].map(([, found]) => found)
    expect(new Set(names).size).toBe(names.length)
  }
})
