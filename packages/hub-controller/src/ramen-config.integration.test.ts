import { contract, kinds, type ConfigMap } from '@odfmo/api-types'
import { s3SecretName } from '@odfmo/secret-naming'
import { eventually, journalOf, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import { blue, peerRef, podNamespace, s3 } from './test/builders.ts'
import { conditionOf, find, get, peer } from './test/hub-cluster.ts'
import { writesOf } from './test/journal.ts'
import { hubUser, type HubProcess } from './test/hub-process.ts'
import { asCreated, delivered, one, quiet, scene, settled, type Scene } from './test/scene.ts'

const key = { namespace: podNamespace, name: contract.ramen.configMap }
const name = 'mirrorpeer-sample'

let stage: Scene
let cluster: Cluster
let hub: HubProcess
beforeEach(async () => {
  stage = await scene({ clusters: ['cluster1', 'cluster2', 'cluster3', 'cluster4'] })
  cluster = stage.cluster
  hub = await stage.start()
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
})
afterEach(() => stage.end())

const soon = (check: () => Promise<void>): Promise<void> => eventually(cluster, check)
const text = async (): Promise<string> =>
  (await get<ConfigMap>(cluster, kinds.ConfigMap, key)).data?.[contract.ramen.configKey] ?? ''
const profiles = async (): Promise<readonly { readonly s3ProfileName: string }[]> =>
  (parse(await text()) as { readonly s3StoreProfiles?: readonly { readonly s3ProfileName: string }[] } | null)
    ?.s3StoreProfiles ?? []
const write = (config: string): Promise<void> =>
  stage.edit(kinds.ConfigMap, key, { data: { [contract.ramen.configKey]: config } })
const condition = async () => conditionOf(await peer(cluster), 'S3ProfilesSynced')
const keysOfOne = { namespace: podNamespace, name: s3SecretName(one) }

it('Ramen’s config in any form that Ramen reads gets our profiles, and its own bytes stay', async () => {
  await stage.remove(kinds.ConfigMap, key)
  await soon(async () => expect((await condition())?.reason).toBe('NoRamenConfig'))
  // Without the key, with an empty text, with a mapping without the list.
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: key,
    data: { other: 'kept' },
  })
  await stage.converged()
  expect(await profiles()).toHaveLength(2)
  expect((await get<ConfigMap>(cluster, kinds.ConfigMap, key)).data?.['other']).toBe('kept')
  const texts = [
    '',
    '# Ramen\r\nkind: RamenConfig\r\nhealth: {healthProbeBindAddress: ":8081"}\r\n',
    'kind: RamenConfig # größer\ns3StoreProfiles:\n# theirs\n    -   s3ProfileName: theirs\n        caCertificates: |\n          LS0t\nwebhook:\n  port: 9443',
    '{"kind": "RamenConfig", "s3StoreProfiles": [{"s3ProfileName": "theirs"}]}',
  ]
  for (const theirs of texts) {
    await write(theirs)
    await soon(async () =>
      expect((await profiles()).map((one) => one.s3ProfileName)).toContain(
        's3profile-cluster2-ocs-storagecluster',
      ),
    )
    const now = await text()
    for (const line of theirs.split(/\[\{|\}\]|\n/)) expect(now).toContain(line)
  }
  // And they go again as they came, with manageS3.
  const withOurs = await text()
  await stage.edit(kinds.MirrorPeer, { name }, { spec: { manageS3: false } })
  await soon(async () => expect(await text()).toBe(texts.at(-1)))
  await soon(async () => expect(await find(cluster, kinds.Secret, keysOfOne)).toBeUndefined())
  await stage.edit(kinds.MirrorPeer, { name }, { spec: { manageS3: true } })
  await stage.converged()
  expect(await text()).toBe(withOurs)
})

it('what is no mapping of ours to change is told and left, also where a MirrorPeer is deleted meanwhile', async () => {
  const ours = await text()
  for (const [config, reason] of [
    ['- a list\n', 'RamenConfigUnreadable'],
    ['a: 1\n---\nb: 2\n', 'RamenConfigUnreadable'],
    ['l: &l []\ns3StoreProfiles: *l\n', 'RamenConfigUneditable'],
  ] as const) {
    await write(config)
    await soon(async () => expect((await condition())?.reason).toBe(reason))
    expect(await text()).toBe(config)
  }
  // An entry of ours somewhere in a text that nobody can read: keys and finalizer wait for a person.
  const broken = `${ours}broken: [\n`
  await write(broken)
  await soon(async () => expect((await condition())?.reason).toBe('RamenConfigUnreadable'))
  await stage.remove(kinds.MirrorPeer, { name })
  await soon(async () => expect((await peer(cluster)).status?.message).toContain('is no YAML'))
  expect(await find(cluster, kinds.Secret, keysOfOne)).toBeDefined()
  expect(await text()).toBe(broken)
  await write(ours)
  await soon(async () => expect(await find(cluster, kinds.MirrorPeer, { name })).toBeUndefined())
  expect(await profiles()).toEqual([])
  expect(await find(cluster, kinds.Secret, keysOfOne)).toBeUndefined()
})

it('a user’s profile of our name is kept, told, and gives way when the user removes it', async () => {
  const theirs =
    's3StoreProfiles:\n- s3ProfileName: s3profile-cluster1-ocs-storagecluster\n  s3SecretRef: {name: mine}\n'
  await write(theirs)
  await soon(async () => {
    expect(await condition()).toMatchObject({ status: 'False', reason: 'ProfileTaken' })
    expect(await profiles()).toHaveLength(2)
  })
  expect((await text()).startsWith(theirs)).toBe(true)
  await write('s3StoreProfiles: []\n')
  await stage.converged()
})

it('several MirrorPeers’ changes are one write, the entry before its keys', async () => {
  const items = [peerRef('cluster3'), peerRef('cluster4')] as const
  await cluster.apply(
    asCreated({ name: 'second', spec: { items } }),
    ...items.flatMap((ref) => [blue(ref), s3(ref)]),
  )
  await stage.converged('second')
  await settled(hub)
  expect(await profiles()).toHaveLength(4)
  const before = (await writesOf(cluster, hubUser)).length
  await Promise.all(
    [name, 'second'].map((one) => stage.edit(kinds.MirrorPeer, { name: one }, { spec: { manageS3: false } })),
  )
  await soon(async () => {
    expect(await profiles()).toEqual([])
    for (const ref of [one, ...items])
      expect(
        await find(cluster, kinds.Secret, { namespace: podNamespace, name: s3SecretName(ref) }),
      ).toBeUndefined()
  })
  await settled(hub)
  const writes = (await writesOf(cluster, hubUser)).slice(before)
  expect(writes.filter(({ resource }) => resource === 'configmaps')).toHaveLength(1)
  const order = writes
    .map(({ resource }) => resource)
    .filter((one) => ['configmaps', 'secrets'].includes(one))
  expect(order).toEqual(['configmaps', 'secrets', 'secrets', 'secrets', 'secrets'])
  await quiet()
  expect(
    (await journalOf(cluster)).writes({ user: hubUser }).filter(({ resource }) => resource === 'configmaps')
      .length,
  ).toBeLessThan(5)
})
