import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract, kinds, type CustomResourceDefinition, type MirrorPeer } from '@odfmo/api-types'
import { connect, isInvalid, KubeError, Metrics, silentLogger, type KubeClient } from '@odfmo/controller-kit'
import { eventually, installWebhooks, startTestCluster, type Cluster } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mirrorPeer } from '../test/reviews.ts'
import { HandSource, listening } from '../test/serving.ts'
import { testAuthority } from '../test/test-certificates.ts'
import { webhookManager } from './run-webhook.ts'
import { WebhookMetrics } from './webhook-metrics.ts'

/*
 * The webhook alone: the definition knows nothing of a MirrorPeer's fields and has no rules, so whatever is refused or filled in
 * is by it.
 */

const { group, version, webhook } = contract
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
const bareDefinition: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `mirrorpeers.${group}` },
  spec: {
    group,
    scope: 'Cluster',
    names: { kind: 'MirrorPeer', plural: 'mirrorpeers', singular: 'mirrorpeer', listKind: 'MirrorPeerList' },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } },
        },
        subresources: { status: {} },
      },
    ],
  },
}

const registered = (kind: string, name: string, path: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'odfmo-webhook' },
  webhooks: [
    {
      name,
      clientConfig: { service: { namespace: 'odfmo', name: 'odfmo-webhook', path } },
      rules: [
        // Status and deletion are not registered as shipped; here they are, to see that they pass.
        {
          apiGroups: [group],
          apiVersions: [version],
          resources: ['mirrorpeers', 'mirrorpeers/status'],
          operations: ['CREATE', 'UPDATE', 'DELETE'],
        },
      ],
      admissionReviewVersions: ['v1', 'v1beta1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
    },
  ],
})

interface Case {
  readonly id: string
  readonly group: string
  readonly kind: 'create' | 'update' | 'delete'
  readonly title: string
  readonly scored: boolean
  readonly input: { readonly object?: MirrorPeer; readonly oldObject?: MirrorPeer }
  readonly expected: {
    readonly admission: 'accept' | 'reject'
    readonly field?: string
    readonly stored?: Readonly<Record<string, unknown>>
  }
}
const file = new URL('../../../fixtures/vectors/cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }
const validation = (kind: Case['kind']): readonly Case[] =>
  cases.filter((one) => one.group === 'validation' && one.kind === kind && one.scored)

let cluster: Cluster
let admin: KubeClient
let stop: () => Promise<void>
let folder = ''
const clients: KubeClient[] = []

/** Whoever this is has all rights: what is refused, is refused by admission. */
const as = async (user: string): Promise<KubeClient> => {
  const kubeconfig = path.join(folder, `${clients.length}.kubeconfig`)
  await writeFile(kubeconfig, cluster.kubeconfig({ user, groups: ['system:masters'] }))
  const client = await connect({ component: 'test', kubeconfig })
  clients.push(client)
  return client
}

const startWebhook = async (): Promise<{ readonly url: string; readonly caBundle: string }> => {
  const authority = testAuthority('webhook', Date.now())
  const certificates = new HandSource()
  certificates.give(authority.certificate())
  const metrics = new Metrics()
  const { manager, server } = webhookManager({
    config: { host: '127.0.0.1', port: 0 },
    certificates,
    logger: silentLogger,
    metrics,
    webhookMetrics: new WebhookMetrics(metrics),
    limits: { quietMs: 10 },
  })
  const abort = new AbortController()
  const running = manager.run(abort.signal)
  await listening(server, running)
  stop = async () => {
    abort.abort()
    await running
  }
  return { url: `https://127.0.0.1:${server.port}`, caBundle: Buffer.from(authority.pem).toString('base64') }
}

const configurations = [
  registered('MutatingWebhookConfiguration', webhook.mutatingName, webhook.mutatePath),
  registered('ValidatingWebhookConfiguration', webhook.validatingName, webhook.validatePath),
]
const withWebhooks = async (address: { readonly url: string; readonly caBundle: string }): Promise<void> => {
  await installWebhooks(cluster, configurations, address)
  await eventually(cluster, async () => {
    const probe = mirrorPeer({ type: 'metro' }, { name: 'probe' }) as unknown as MirrorPeer
    const error: unknown = await admin
      .create(kinds.MirrorPeer, probe, { dryRun: true })
      .catch((why: unknown) => why)
    expect(isInvalid(error)).toBe(true)
  })
}

const named = (id: string, object: MirrorPeer | undefined): MirrorPeer => {
  if (object === undefined) throw new Error(`${id} has no object`)
  const { deletionTimestamp: _, ...metadata } = object.metadata
  return { ...object, metadata: { ...metadata, name: id.toLowerCase() } }
}

/** The fields of a refusal; undefined when there was none. */
const fieldsOf = async (request: Promise<unknown>): Promise<readonly string[] | undefined> => {
  try {
    await request
    return undefined
  } catch (error) {
    if (!(error instanceof KubeError) || !isInvalid(error)) throw error
    const { causes = [] } = (error.details ?? {}) as {
      readonly causes?: readonly { readonly field: string }[]
    }
    return causes.map(({ field }) => field)
  }
}

const check = (fields: readonly string[] | undefined, { admission, field }: Case['expected']): void => {
  if (admission === 'accept') expect(fields).toBeUndefined()
  else expect(fields).toEqual(field === undefined ? expect.anything() : expect.arrayContaining([field]))
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'webhook-'))
  cluster = await startTestCluster({ crds: [bareDefinition] })
  admin = await as('admin')
  // What is stored before anybody judges: the old objects of updates, valid or not.
  for (const { id, input } of [...validation('update'), ...validation('delete')]) {
    const old = named(id, input.oldObject)
    await eventually(cluster, () => admin.create(kinds.MirrorPeer, old))
  }
  await withWebhooks(await startWebhook())
})
afterAll(async () => {
  await stop()
  for (const client of clients) await client.close()
  await cluster.stop()
  await rm(folder, { recursive: true })
})

describe('the webhook alone', () => {
  it.each(validation('create'))('judges a creation: $id $title', async ({ id, input, expected }) => {
    check(await fieldsOf(admin.create(kinds.MirrorPeer, named(id, input.object))), expected)
    if (expected.stored === undefined) return
    const { spec } = await admin.get(kinds.MirrorPeer, { name: id.toLowerCase() })
    expect(spec).toMatchObject(expected.stored)
  })

  it.each(validation('update'))('judges an update: $id $title', async ({ id, input, expected }) => {
    const { metadata } = await admin.get(kinds.MirrorPeer, { name: id.toLowerCase() })
    const { finalizers = [] } = named(id, input.object).metadata
    const after = { ...named(id, input.object), metadata: { ...metadata, finalizers } }
    check(await fieldsOf(admin.update(kinds.MirrorPeer, after)), expected)
  })

  it.each(validation('delete'))('lets go: $id $title', async ({ id }) => {
    await admin.delete(kinds.MirrorPeer, { name: id.toLowerCase() })
  })

  it('lets an object that is invalid lose its finalizers and have a status', async () => {
    const name = 'v-071'
    const status = { status: { phase: 'Deleting' } }
    await admin.patch(kinds.MirrorPeer, { name }, 'merge', status, { subresource: 'status' })
    await admin.patch(kinds.MirrorPeer, { name }, 'merge', { metadata: { labels: { a: 'b' } } })
    await admin.delete(kinds.MirrorPeer, { name })
  })

  it.each([
    'system:open-cluster-management:cluster:c1:addon:tokenexchange:agent:tokenexchange',
    'system:serviceaccount:c1:tokenexchange-agent',
  ])('holds the agent %s to its own finalizer', async (user) => {
    const agent = await as(user)
    const change = (name: string, patch: object) =>
      fieldsOf(agent.patch(kinds.MirrorPeer, { name }, 'merge', patch))
    const finalizers = (...clusters: readonly string[]) => ({
      metadata: { finalizers: clusters.map((one) => `${one}.spoke.multicluster.odf.openshift.io`) },
    })
    const create = async (name: string, ...clusters: readonly string[]): Promise<void> => {
      const items = clusters.map((clusterName) => ({
        clusterName,
        storageClusterRef: { name: 'ocs', namespace: 'openshift-storage' },
      }))
      await admin.create(kinds.MirrorPeer, mirrorPeer({ items }, { name }) as unknown as MirrorPeer)
    }
    const [named, foreign] = [`named-${user.length}`, `foreign-${user.length}`]
    await create(named, 'c1', 'c2')
    await create(foreign, 'c2', 'c3')
    expect(await change(named, finalizers('c1'))).toBeUndefined()
    expect(await change(named, finalizers('c1', 'c2'))).toEqual(['metadata.finalizers'])
    expect(await change(named, { metadata: { labels: { a: 'b' }, annotations: { a: 'b' } } })).toEqual([
      'metadata.labels',
      'metadata.annotations',
    ])
    expect(await change(named, { spec: { manageS3: true } })).toEqual(['spec'])
    expect(await change(named, finalizers())).toBeUndefined()
    expect(await change(foreign, finalizers('c1'))).toEqual(['metadata.finalizers'])
    await admin.patch(kinds.MirrorPeer, { name: foreign }, 'merge', finalizers('c1'))
    expect(await change(foreign, finalizers())).toBeUndefined()
  })

  it('tells kubectl of every problem, by the name of the webhook', async () => {
    const bad = mirrorPeer(
      { type: 'metro', schedulingIntervals: ['5'] },
      { name: 'bad' },
    ) as unknown as MirrorPeer
    const error: unknown = await admin.create(kinds.MirrorPeer, bad).catch((why: unknown) => why)
    expect(error).toMatchObject({ status: 422, reason: 'Invalid' })
    expect(String(error)).toContain(
      `admission webhook "${webhook.validatingName}" denied the request: MirrorPeer.${group} "bad" is invalid: [spec.type: "metro" is no type`,
    )
  })
})
