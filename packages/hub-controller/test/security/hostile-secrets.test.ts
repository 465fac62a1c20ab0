import { inspect } from 'node:util'
import { contract, kinds } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import type { Logger } from '@odfmo/controller-kit'
import { s3SecretName } from '@odfmo/secret-naming'
import { eventually } from '@odfmo/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { blue, greenKey, podNamespace, s3 } from '../../src/test/builders.ts'
import { conditionOf, find, get, list, peer } from '../../src/test/hub-cluster.ts'
import { startHub, type HubProcess } from '../../src/test/hub-process.ts'
import { base64, hostileAttempts, marker } from './hostile-attempts.ts'
import { asCreated, delivered, one, scene, two, type Scene } from '../../src/test/scene.ts'

/*
 * Each is told of by a condition and an Event; nothing that the hub has made changes by it, and the hub works on.
 */

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

it.each(hostileAttempts)(
  'an agent that delivers $what ($on) changes nothing but a condition',
  async (attempt) => {
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
  },
)

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
  expect(lines.length).toBeGreaterThan(hostileAttempts.length)
  expect(events.length).toBeGreaterThan(3)
  const said = [...lines, told].join('\n')
  for (const form of [marker, base64(marker).slice(0, -4), Buffer.from(marker).toString('hex')])
    expect(said.includes(form), `a form of ${form.length} characters`).toBe(false)
})
