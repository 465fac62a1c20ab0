import { inspect } from 'node:util'
import { kinds, type Secret } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import type { Logger } from '@odfmo/controller-kit'
import { eventually, startCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { blue, s3 } from './test/builders.ts'
import { conditionOf, list, peer } from './test/hub-cluster.ts'
import { hubUser, startHub } from './test/hub-process.ts'
import { asCreated, delivered, one, scene, two } from './test/scene.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Everything a secret holds that nobody may see: what is in it, and what is in that. */
const contentOf = ({ data = {} }: Pick<Secret, 'data'>): readonly string[] =>
  ['secret-data', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].flatMap((key) => {
    const text = Buffer.from(data[key] ?? '', 'base64').toString()
    if (text === '') return []
    // The spoiled one is no JSON: only its whole text can be looked for.
    const inner = text.endsWith('}') ? Object.values(JSON.parse(text) as Record<string, string>) : []
    return [text, ...inner.map((value) => Buffer.from(value, 'base64').toString())]
  })

it('nothing of a secret is in any log, event or status, however verbose and whatever fails', async () => {
  // In memory: a server that fails on demand.
  const stage = await scene({ start: startCluster })
  const { cluster } = stage
  const lines: string[] = []
  // Before the real logger would clean it.
  const log = (fields: object, message: string): void =>
    void lines.push(inspect(fields, { depth: 12 }), message)
  const logger: Logger = {
    debug: log,
    info: log,
    warn: log,
    error: log,
    child: (fields) => (log(fields, ''), logger),
  }
  const fail = (code: number, verb: string): void =>
    void cluster.faults.add({
      match: { verb, resource: 'secrets', user: hubUser },
      fault: { kind: 'status', code },
      times: 3,
    })
  for (const [code, verb] of [
    [500, 'create'],
    [422, 'create'],
    [409, 'patch'],
    [422, 'patch'],
    [500, 'delete'],
  ] as const)
    fail(code, verb)
  const hub = await startHub(cluster, { logger })
  await cluster.apply(asCreated(), ...delivered)
  await stage.converged()
  const spoiled = [
    { ...blue(one, { key: 'rotated-key' }) },
    s3(two, { s3ProfileName: 's3profile-other', AWS_SECRET_ACCESS_KEY: 'rotated-secret' }),
    {
      ...s3(one),
      data: { ...s3(one).data, 'secret-data': base64('{"AWS_ACCESS_KEY_ID": not json, "leaky-value"') },
    },
  ]
  for (const secret of spoiled) await stage.edit(kinds.Secret, keyOf(secret), { data: secret.data })
  await eventually(cluster, async () =>
    expect(conditionOf(await peer(cluster), 'S3ProfilesSynced')?.reason).toBe('InvalidS3Secret'),
  )
  const seen = await list(cluster, kinds.Secret)
  await stage.remove(kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
  const told = JSON.stringify([await list(cluster, kinds.MirrorPeer), await list(cluster, kinds.Event)])
  await eventually(cluster, async () => expect(await list(cluster, kinds.MirrorPeer)).toEqual([]))
  await hub.stop()
  const events = JSON.stringify(await list(cluster, kinds.Event))
  await stage.end()

  expect(lines.length).toBeGreaterThan(50)
  const said = [...lines, told, events].join('\n')
  const secret = [...delivered, ...seen]
    .flatMap(contentOf)
    .filter((text) => !/^(https:|odrbucket|s3profile|noobaa|ceph$)/.test(text))
  expect(secret.length).toBeGreaterThan(10)
  for (const text of [...secret, 'rotated-key', 'rotated-secret', 'leaky-value']) {
    for (const form of [text, base64(text), base64(base64(text))])
      expect(said.includes(form), form.slice(0, 12)).toBe(false)
  }
})
