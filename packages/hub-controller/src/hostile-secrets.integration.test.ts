import { inspect } from 'node:util'
import { contract, kinds, type Secret } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import type { Logger } from '@odfmo/controller-kit'
import { s3SecretName } from '@odfmo/secret-naming'
import { eventually } from '@odfmo/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { blue, greenKey, podNamespace, s3 } from './test/builders.ts'
import { conditionOf, find, get, list, peer } from './test/hub-cluster.ts'
import { startHub, type HubProcess } from './test/hub-process.ts'
import { asCreated, delivered, one, scene, two, type Scene } from './test/scene.ts'

/*
 * What an agent whose identity was stolen can write into its own secrets, on a cluster without policies. Each is told of by a
 * condition and an Event; nothing that the hub has made changes by it, and the hub works on. docs/security.md lists them.
 */

/** In everything hostile: it must be nowhere else. */
const marker = 'H0stile-c0ntent'
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
const textIn = (secret: Secret, key: string): string =>
  Buffer.from(secret.data?.[key] ?? '', 'base64').toString()

/** The blue secret with another token in it. */
const withToken = (token: string): Readonly<Record<string, string>> => ({
  'secret-data': JSON.stringify({ cluster: base64('ceph'), token: base64(token) }),
})
/** The S3 secret with other values in its `secret-data`. */
const withS3 = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'secret-data': textIn(s3(one, values), 'secret-data'),
})

interface Attempt {
  readonly what: string
  readonly on: 'blue' | 's3'
  /** Keys of its data as text; null takes one away. */
  readonly data?: Readonly<Record<string, string | Uint8Array | null>>
  readonly labels?: Readonly<Record<string, string>>
  readonly says: readonly [condition: string, reason: string, message: string]
  /** The hub copies the bytes of a blue secret and does not read them: that it does so with these too. */
  readonly copied?: boolean
}

const invalidBlue = (message: string): Attempt['says'] => ['SecretsExchanged', 'InvalidBlueSecret', message]
const invalidS3 = (message: string): Attempt['says'] => ['S3ProfilesSynced', 'InvalidS3Secret', message]
const noFsid = (message: string): Attempt['says'] => ['DRClustersReady', 'NoFsid', message]
const endpoint = 'expected s3CompatibleEndpoint to be the http or https URL of a host'

const attempts: readonly Attempt[] = [
  {
    what: 'a token of 700 KB',
    on: 'blue',
    data: { 'secret-data': marker.repeat(45_000) },
    says: invalidBlue('expected at most 65536'),
  },
  {
    what: 'a key of others that is too large beside a good token',
    on: 'blue',
    data: { other: marker.repeat(5_000) },
    says: invalidBlue('expected at most 65536'),
  },
  {
    what: 'no token',
    on: 'blue',
    data: { 'secret-data': null },
    says: invalidBlue('the key secret-data is missing'),
  },
  {
    what: 'an empty token',
    on: 'blue',
    data: { 'secret-data': '' },
    says: invalidBlue('the key secret-data is empty'),
  },
  {
    what: 'no origin',
    on: 'blue',
    data: { 'secret-origin': null },
    says: invalidBlue('the key secret-origin is missing'),
  },
  {
    what: 'another origin',
    on: 'blue',
    data: { 'secret-origin': marker },
    says: invalidBlue('expected secret-origin to be rook'),
  },
  ...[
    ['the StorageCluster of another namespace', { namespace: 'kube-system' }],
    ['a path', { 'storage-cluster-name': `../../${marker}` }],
    ['a name with slashes', { namespace: `${marker}/x`, 'storage-cluster-name': 'a/b' }],
    ['capitals', { 'storage-cluster-name': 'OCS-STORAGECLUSTER' }],
    ['a name of 300 characters', { 'storage-cluster-name': 'x'.repeat(300) }],
    ['binary', { 'storage-cluster-name': Uint8Array.from({ length: 256 }, (_, i) => i) }],
  ].map(([what, data]): Attempt => ({
    what: `${String(what)} as its StorageCluster`,
    on: 'blue',
    data: data as Attempt['data'] & object,
    says: invalidBlue('is ignored: expected the name'),
  })),
  {
    what: 'the label of what hubs deliver to others',
    on: 'blue',
    labels: { [contract.label.secretType]: 'GREEN' },
    says: ['SecretsExchanged', 'NoBlueSecret', 'waiting for blue secret'],
  },
  {
    what: 'the label of external Ceph',
    on: 'blue',
    labels: { [contract.label.secretType]: 'INTERNAL' },
    says: ['SecretsExchanged', 'ExternalStorage', 'uses external Ceph'],
  },
  {
    what: 'a label of no kind',
    on: 'blue',
    labels: { [contract.label.secretType]: marker },
    says: invalidBlue('to be BLUE, GREEN or INTERNAL'),
  },
  ...[
    ['broken JSON', { 'secret-data': `{"token": ${marker}` }],
    ['binary', { 'secret-data': Uint8Array.from({ length: 256 }, (_, i) => 255 - i) }],
    ['a list', { 'secret-data': JSON.stringify([marker]) }],
    ['wrong base64', { 'secret-data': JSON.stringify({ token: `${marker}!` }) }],
    ['lists in lists', { 'secret-data': `{"token":${'['.repeat(8_000)}${']'.repeat(8_000)}}` }],
    ['a prototype', { 'secret-data': `{"__proto__":{"token":"${base64(marker)}"}}` }],
    ['a token that is no JSON', withToken(base64(marker))],
    ['a token without an fsid', withToken(base64(JSON.stringify({ key: marker })))],
    ['an fsid that is no text', withToken(base64(JSON.stringify({ fsid: { [marker]: 1 } })))],
  ].map(([what, data]): Attempt => ({
    what: `${String(what)} for a token`,
    on: 'blue',
    data: data as Attempt['data'] & object,
    says: noFsid('holds no fsid'),
    copied: true,
  })),
  ...[`${marker}\nregion: other`, `${marker} {{x}}`, `${marker}-${'x'.repeat(1_000)}`, '../x'].map(
    (fsid): Attempt => ({
      what: `the fsid ${JSON.stringify(fsid.slice(0, 30))} for a region`,
      on: 'blue',
      data: withToken(base64(JSON.stringify({ fsid }))),
      says: noFsid('holds an fsid that is none'),
      copied: true,
    }),
  ),
  {
    what: 'access keys of 700 KB',
    on: 's3',
    data: withS3({ AWS_SECRET_ACCESS_KEY: marker.repeat(45_000) }),
    says: invalidS3('expected at most 65536'),
  },
  {
    what: 'the profile of another cluster',
    on: 's3',
    data: withS3({ s3ProfileName: 's3profile-cluster2-ocs-storagecluster', AWS_ACCESS_KEY_ID: marker }),
    says: invalidS3('expected s3ProfileName to be s3profile-cluster1-ocs-storagecluster'),
  },
  {
    what: 'the profile of a StorageCluster of another name',
    on: 's3',
    data: { 'storage-cluster-name': marker },
    says: invalidS3('is ignored: expected storage-cluster-name to be ocs-storagecluster'),
  },
  {
    what: 'no access key',
    on: 's3',
    data: withS3({ AWS_SECRET_ACCESS_KEY: '' }),
    says: invalidS3('secret-data has no AWS_SECRET_ACCESS_KEY'),
  },
  {
    what: 'broken JSON',
    on: 's3',
    data: { 'secret-data': `{"AWS_ACCESS_KEY_ID": ${marker}` },
    says: invalidS3('that are no JSON'),
  },
  {
    what: 'aliases of YAML that grow',
    on: 's3',
    data: { 'secret-data': `a: &a [${marker}]\nb: &b [*a,*a]\nc: [*b,*b]\n` },
    says: invalidS3('that are no JSON'),
  },
  {
    what: 'null',
    on: 's3',
    data: { 'secret-data': 'null' },
    says: invalidS3('secret-data has no AWS_ACCESS_KEY_ID'),
  },
  {
    what: 'wrong base64',
    on: 's3',
    data: { 'secret-data': JSON.stringify({ AWS_ACCESS_KEY_ID: `${marker}!` }) },
    says: invalidS3('the value of AWS_ACCESS_KEY_ID is no base64'),
  },
  ...[
    `file:///${marker}`,
    `https://${marker}:password@s3.example`,
    `https://s3.example\n- s3ProfileName: ${marker}\n  s3Bucket: x`,
    `https://s3.example # ${marker}`,
    `&x [*x, ${marker}]`,
    `https://s3.example/${marker}${'x'.repeat(3_000)}`,
  ].map((address): Attempt => ({
    what: `the address ${JSON.stringify(address.slice(0, 60))}`,
    on: 's3',
    data: withS3({ s3CompatibleEndpoint: address }),
    says: invalidS3(endpoint),
  })),
  ...['s3Bucket', 's3Region'].map((field): Attempt => ({
    what: `line breaks of YAML in ${field}`,
    on: 's3',
    data: withS3({ [field]: `x\ns3StoreProfiles: [] # ${marker}` }),
    says: invalidS3(`expected ${field} to be a name`),
  })),
]

let stage: Scene
let hub: HubProcess
const lines: string[] = []
/** What the hub had made before anybody was hostile. */
let made: unknown

const secrets = { blue: blue(one), s3: s3(one) }
const green = greenKey(one, two)

const nowMade = async ({ copied = false }: { readonly copied?: boolean } = {}): Promise<unknown> => {
  const { cluster } = stage
  const ramens = [one, two].map((ref) => ({ namespace: podNamespace, name: s3SecretName(ref) }))
  return {
    config: (await get(cluster, kinds.ConfigMap, { namespace: podNamespace, name: contract.ramen.configMap }))
      .data,
    drClusters: (await list(cluster, kinds.DRCluster)).map(({ metadata, spec }) => [metadata.name, spec]),
    green: copied ? undefined : (await get(cluster, kinds.Secret, green)).data,
    ramen: await Promise.all(
      ramens.map(async (key) => (await get(cluster, kinds.Secret, key)).data ?? 'none'),
    ),
  }
}

beforeAll(async () => {
  stage = await scene()
  // Before the real logger would clean it.
  const log = (fields: object, message: string): void =>
    void lines.push(inspect(fields, { depth: 12 }), message)
  const logger: Logger = { debug: log, info: log, warn: log, error: log, child: () => logger }
  hub = await startHub(stage.cluster, { logger })
  await stage.cluster.apply(asCreated(), ...delivered)
  await stage.converged()
  made = await nowMade()
})
/** As an agent that is itself again delivers them: it makes anew what the hub has taken away. */
afterEach(async () => {
  for (const original of Object.values(secrets)) {
    const key = keyOf(original)
    const live = await find(stage.cluster, kinds.Secret, key)
    if (live === undefined) await stage.create(kinds.Secret, original)
    else {
      const { labels } = original.metadata
      const foreign = Object.keys(live.data ?? {}).map((name) => [name, null] as const)
      const data = { ...Object.fromEntries(foreign), ...original.data }
      await stage.edit(kinds.Secret, key, { metadata: { labels }, data })
    }
  }
  await stage.converged()
  await eventually(stage.cluster, async () => expect(await nowMade()).toEqual(made))
})
afterAll(async () => {
  await hub.stop()
  await stage.end()
})

it.each(attempts)('an agent that delivers $what ($on) changes nothing but a condition', async (attempt) => {
  const { cluster } = stage
  const { on, data = {}, labels, says, copied = false } = attempt
  const [type, reason, message] = says
  const original = secrets[on]
  await stage.edit(kinds.Secret, keyOf(original), {
    ...(labels === undefined ? {} : { metadata: { labels } }),
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, value === null ? null : base64(value)]),
    ),
  })
  await eventually(cluster, async () =>
    expect(conditionOf(await peer(cluster), type)).toMatchObject({
      status: 'False',
      reason,
      message: expect.stringContaining(message) as string,
    }),
  )
  // What is only waited for is no news.
  if (reason !== 'NoBlueSecret')
    await eventually(cluster, async () => {
      const events = await list(cluster, kinds.Event)
      expect(events.map((event) => event.reason)).toContain(reason)
    })
  expect(await nowMade({ copied })).toEqual(copied ? { ...(made as object), green: undefined } : made)
})

it('what an agent adds in keys of its own goes nowhere', async () => {
  await stage.edit(kinds.Secret, keyOf(secrets.blue), { data: { other: base64(marker) } })
  await stage.edit(kinds.Secret, keyOf(secrets.s3), { data: { other: base64(marker) } })
  // Something that it does take comes after them.
  const rotated = s3(one, { AWS_ACCESS_KEY_ID: 'rotated' })
  await stage.edit(kinds.Secret, keyOf(rotated), { data: rotated.data })
  const key = { namespace: podNamespace, name: s3SecretName(one) }
  await eventually(stage.cluster, async () =>
    expect((await get(stage.cluster, kinds.Secret, key)).data).toEqual({
      AWS_ACCESS_KEY_ID: base64('rotated'),
      AWS_SECRET_ACCESS_KEY: base64('secret-cluster1'),
    }),
  )
  expect(Object.keys((await get(stage.cluster, kinds.Secret, green)).data ?? {}).toSorted()).toEqual([
    'namespace',
    'secret-data',
    'secret-origin',
    'storage-cluster-name',
  ])
})

it('nothing hostile was written down: in no log, no event and no condition', async () => {
  const { cluster } = stage
  const events = await list(cluster, kinds.Event)
  const told = JSON.stringify([await list(cluster, kinds.MirrorPeer), events])
  expect(lines.length).toBeGreaterThan(attempts.length)
  expect(events.length).toBeGreaterThan(3)
  const said = [...lines, told].join('\n')
  for (const form of [marker, base64(marker).slice(0, -4), Buffer.from(marker).toString('hex')])
    expect(said.includes(form), `a form of ${form.length} characters`).toBe(false)
})
