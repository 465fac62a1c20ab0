import { agentPolicies, contract, kinds, type KubeObject } from '@odfmo/api-types'
import { KubeError, type KubeClient } from '@odfmo/controller-kit'
import { s3SecretName } from '@odfmo/secret-naming'
import { eventually, type ObjectSource, type UserIdentity } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blue, peerRef, podNamespace, s3 } from '../../src/test/builders.ts'
import { clientOf } from '../../src/test/client-of.ts'
import { get, list } from '../../src/test/hub-cluster.ts'
import type { HubProcess } from '../../src/test/hub-process.ts'
import { asCreated, delivered, scene, settled, type Scene } from '../../src/test/scene.ts'
import {
  attempts,
  finalizers,
  green,
  metadata,
  ownBlue,
  refusals,
  secret,
  secretsOf,
  thePeer,
  type Request,
  type Stolen,
} from './attempts.ts'
import { rightsByDiscovery } from './rights-by-discovery.ts'

/* On a hub with the rights and policies that it ships. */

const textOf = ([method, path]: Request): string => `${method} ${path}`

/** What the server answers: the code of its refusal and its words, or that it obeyed. */
const answerTo = async (client: KubeClient, [method, path, body]: Request): Promise<string> => {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  try {
    await client.raw(method, path, body === undefined ? {} : { body, contentType })
    return 'obeyed'
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    return `${error.code} ${error.message}`
  }
}

const group = (cluster: string): string =>
  `system:open-cluster-management:cluster:${cluster}:addon:tokenexchange`

/** cluster1 is registered by the csr driver, cluster2 by the token driver. */
const identities: readonly (readonly [who: string, stolen: Stolen, identity: UserIdentity])[] = [
  [
    'the certificate of the csr driver',
    { own: 'cluster1', other: 'cluster2' },
    {
      user: `${group('cluster1')}:agent:tokenexchange`,
      groups: [
        group('cluster1'),
        'system:open-cluster-management:addon:tokenexchange',
        'system:authenticated',
      ],
    },
  ],
  [
    'the service account of the token driver',
    { own: 'cluster2', other: 'cluster1' },
    {
      user: 'system:serviceaccount:cluster2:tokenexchange-agent',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:cluster2', 'system:authenticated'],
    },
  ],
  [
    'a certificate of the agents’ group under another name',
    { own: 'cluster1', other: 'cluster2' },
    { user: 'somebody', groups: [group('cluster1'), 'system:authenticated'] },
  ],
]

let stage: Scene
let hub: HubProcess
const clients: KubeClient[] = []
const clientAs = async (identity: UserIdentity): Promise<KubeClient> => {
  const client = await clientOf(stage.cluster, identity)
  clients.push(client)
  return client
}

/** Everything that could have been harmed, by version. */
const versions = async (): Promise<readonly string[]> => {
  const all = await Promise.all(
    [
      kinds.Secret,
      kinds.MirrorPeer,
      kinds.ConfigMap,
      kinds.ManagedClusterAddOn,
      kinds.DRCluster,
      kinds.Role,
      kinds.RoleBinding,
      kinds.ClusterRoleBinding,
      kinds.ManifestWork,
    ].map((kind) => list<KubeObject>(stage.cluster, kind)),
  )
  return all
    .flat()
    .map(
      ({ kind, metadata: { namespace, name, resourceVersion } }) =>
        `${kind} ${namespace ?? ''}/${name} ${resourceVersion}`,
    )
}

beforeAll(async () => {
  stage = await scene()
  const { cluster } = stage
  hub = await stage.start()
  await cluster.apply(...(agentPolicies as unknown as readonly ObjectSource[]), asCreated(), ...delivered)
  await stage.converged()
  await stage.agentsJoin()
  const admin = await clientAs({})
  await admin.patch(
    kinds.ManagedClusterAddOn,
    { namespace: 'cluster2', name: contract.addon.name },
    'merge',
    { status: { kubeClientDriver: 'token' } },
    { subresource: 'status' },
  )
  for (const { own } of identities.map(([, stolen]) => stolen).slice(0, 2))
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: own, name: 'of-others' },
      type: 'Opaque',
    })
  // Rights are there, and each policy is at work: a server hears of both after a while.
  for (const [, stolen, identity] of identities) {
    const client = await clientAs(identity)
    await eventually(cluster, async () => {
      expect(await answerTo(client, ['GET', secretsOf(stolen.own)])).toBe('obeyed')
      expect(await answerTo(client, ['PATCH', thePeer, metadata({})])).toBe('obeyed')
      const probes: readonly Request[] = [
        ['POST', `${secretsOf(stolen.own)}?dryRun=All`, secret(stolen, { name: 'probe' })],
        ['DELETE', `${secretsOf(stolen.own)}/of-others?dryRun=All`],
        ['PATCH', `${thePeer}?dryRun=All`, metadata({ labels: { probe: 'probe' } })],
      ]
      for (const probe of probes) expect(await answerTo(client, probe)).toContain('ValidatingAdmissionPolicy')
    })
  }
  await settled(hub)
})
afterAll(async () => {
  for (const client of clients) await client.close()
  await stage.end()
})

describe.each(identities)('whoever has stolen %s', (_who, stolen, identity) => {
  it.each(attempts)('is refused $what', async ({ refusedBy, requests }) => {
    const client = await clientAs(identity)
    const before = await versions()
    for (const request of requests(stolen))
      expect(await answerTo(client, request), textOf(request)).toMatch(refusals[refusedBy])
    expect(await versions()).toEqual(before)
  })

  it('may do on the whole hub, of all that the server serves, what an agent needs and nothing else', async () => {
    const client = await clientAs(identity)
    const { own, other } = stolen
    const { asked, rights } = await rightsByDiscovery(client, [own, other, podNamespace])
    expect(asked).toBeGreaterThan(500)
    const each = (verbs: string, what: string): readonly string[] =>
      verbs.split(' ').map((verb) => `${verb} ${what}`)
    expect(rights).toEqual(
      [
        ...each('get list watch update patch', 'mirrorpeers.multicluster.odf.openshift.io'),
        ...each('get list watch create update patch delete', `secrets in ${own}`),
        ...each('get list watch', `managedclusteraddons.addon.open-cluster-management.io in ${own}`),
      ].toSorted(),
    )
    // Some two thousand requests.
  })

  it('may do what its agent does: deliver, take back, put and take its finalizer', async () => {
    const client = await clientAs(identity)
    const { own, other } = stolen
    const dryRun = '?dryRun=All'
    const fresh = { ...blue(peerRef(own, { name: 'another' })) }
    const allowed: readonly Request[] = [
      ['POST', `${secretsOf(own)}${dryRun}`, fresh],
      ['PUT', `${ownBlue(stolen)}${dryRun}`, { ...blue(peerRef(own), { key: 'rotated' }) }],
      ['PATCH', `${ownBlue(stolen)}${dryRun}`, { data: s3(peerRef(own)).data }],
      ['DELETE', `${ownBlue(stolen)}${dryRun}`],
      ['PATCH', `${thePeer}${dryRun}`, finalizers(other)],
      ['GET', green(stolen)],
    ]
    for (const request of allowed) expect(await answerTo(client, request), textOf(request)).toBe('obeyed')
  })

  it('gives another cluster no S3 profile by a Secret in its own namespace', async () => {
    const { own, other } = stolen
    const client = await clientAs(identity)
    const key = { namespace: podNamespace, name: s3SecretName(peerRef(other)) }
    const before = await get(stage.cluster, kinds.Secret, key)
    const config = await get(stage.cluster, kinds.ConfigMap, {
      namespace: podNamespace,
      name: contract.ramen.configMap,
    })
    const forged = s3(peerRef(other), {
      AWS_ACCESS_KEY_ID: 'stolen',
      s3CompatibleEndpoint: 'https://stolen.example',
    })
    const mine = s3(peerRef(own), { AWS_ACCESS_KEY_ID: `rotated-${identity.user?.length ?? 0}` })
    const path = secretsOf(own)
    expect(
      await answerTo(client, ['POST', path, { ...forged, metadata: { ...forged.metadata, namespace: own } }]),
    ).toBe('obeyed')
    // Something that the hub does take comes after it.
    expect(await answerTo(client, ['PATCH', `${path}/${mine.metadata.name}`, { data: mine.data }])).toBe(
      'obeyed',
    )
    const taken = Buffer.from(`rotated-${identity.user?.length ?? 0}`).toString('base64')
    await eventually(stage.cluster, async () => {
      const ramens = await get(stage.cluster, kinds.Secret, {
        namespace: podNamespace,
        name: s3SecretName(peerRef(own)),
      })
      expect(ramens.data?.['AWS_ACCESS_KEY_ID']).toBe(taken)
    })
    expect(await get(stage.cluster, kinds.Secret, key)).toEqual(before)
    expect(
      (await get(stage.cluster, kinds.ConfigMap, { namespace: podNamespace, name: contract.ramen.configMap }))
        .data,
    ).toEqual(config.data)
    expect(await answerTo(client, ['DELETE', `${path}/${forged.metadata.name}`])).toBe('obeyed')
    await settled(hub)
  })
})
