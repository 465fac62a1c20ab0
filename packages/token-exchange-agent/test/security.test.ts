import { readFileSync } from 'node:fs'
import path from 'node:path'
import { contract, keyOf, kinds, type ObjectKey, type Secret } from '@odfmo/api-types'
import { createLogger, type Explanation } from '@odfmo/controller-kit'
import { hubSecretName, s3SecretName } from '@odfmo/secret-naming'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { needsAdministrator } from '../src/news/needs-administrator.ts'
import { namespace } from './agent-rights.ts'
import { spokeOf } from './expect-exchanged.ts'
import { mirrorPeer, refOf, settled, startFleet, storageClusterName, type Fleet } from './fleet.ts'
import { astray, base64, goodGreen, hostileGreens, marker } from './hostile-green.ts'
import type { RunningAgent } from './running-agent.ts'

/* The agent tells of each in its log and by an Event; on the spoke nothing else is written, and it works on. */

let fleet: Fleet
let agent: RunningAgent
const lines: string[] = []
const key = keyOf(goodGreen)

/** What the agent says of the other side's token, as `why` would. */
const state = (): Explanation['state'] | undefined =>
  agent.engine.explain().find(({ derived, key: { name } }) => derived === 'spoke-secret' && name === key.name)
    ?.state
const says = ([reason, message]: readonly [string, string]): Promise<void> =>
  vi.waitFor(
    () =>
      expect(state()).toMatchObject({
        is: 'waiting',
        reason,
        message: expect.stringContaining(message) as string,
      }),
    { timeout: 60_000, interval: 20 },
  )

/** All Secrets of the spoke, by key and content: what came is seen. */
const spokeSecrets = async (): Promise<readonly string[]> =>
  (await fleet.list(spokeOf(fleet, 'cluster1'), kinds.Secret)).map(({ metadata, data, type }) =>
    JSON.stringify([metadata.namespace, metadata.name, type, metadata.labels, data]),
  )
const mirroring = async (): Promise<unknown> => {
  const storage = { namespace, name: storageClusterName }
  return (await fleet.get(spokeOf(fleet, 'cluster1'), kinds.StorageCluster, storage))?.spec?.mirroring
}
const remove = async (at: ObjectKey): Promise<void> => {
  if ((await fleet.get(fleet.hub, kinds.Secret, at)) !== undefined)
    await fleet.deleteObject(fleet.hub, kinds.Secret, at)
}

beforeAll(async () => {
  fleet = await startFleet({ playsHub: false })
  const logger = createLogger({
    component: 'token-exchange-agent',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  })
  agent = await fleet.startAgent('cluster1', { logger })
  await fleet.hub.apply(mirrorPeer())
  await settled(fleet, async () => {
    for (const name of [hubSecretName, s3SecretName].map((nameOf) => nameOf(refOf('cluster1'))))
      expect(await fleet.get(fleet.hub, kinds.Secret, { namespace: 'cluster1', name })).toBeDefined()
  })
})
afterAll(() => fleet.stop())

describe('a hub that delivers', () => {
  beforeEach(async () => {
    await remove(key)
    await says(['NoGreenSecret', 'waiting for green secret'])
  })

  it.each(hostileGreens)(
    '$what brings nothing to the spoke',
    async ({ data = {}, label = 'GREEN', says: words }) => {
      const before = await spokeSecrets()
      const changed = Object.entries(data).map(
        ([name, value]) => [name, value === null ? undefined : base64(value)] as const,
      )
      const kept = Object.entries({ ...goodGreen.data, ...Object.fromEntries(changed) }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      )
      const hostile: Secret = {
        ...goodGreen,
        metadata: { ...goodGreen.metadata, labels: { [contract.label.secretType]: label } },
        data: Object.fromEntries(kept),
      }
      await fleet.hub.apply(hostile)
      // The agent has seen it when it knows it: one with another label says what was said without it.
      await says(words)
      expect(await spokeSecrets()).toEqual(before)
      expect(await mirroring()).toBeUndefined()
      const now = state()
      expect(now !== undefined && needsAdministrator(now)).toBe(words[0] === 'InvalidGreenSecret')
    },
  )
})

it('an Event on the StorageCluster tells of what is invalid, and holds nothing of it', async () => {
  const spoke = spokeOf(fleet, 'cluster1')
  await fleet.hub.apply({
    ...goodGreen,
    data: { ...goodGreen.data, 'secret-data': base64(`{"token": ${marker}`) },
  })
  const told = await vi.waitFor(
    async () => {
      const all = await fleet.list(spoke, kinds.Event, namespace)
      const found = all.find(
        ({ reason, note }) => reason === 'InvalidGreenSecret' && note?.includes('no JSON') === true,
      )
      expect(found).toBeDefined()
      return found
    },
    { timeout: 60_000, interval: 200 },
  )
  const [storageCluster] = await fleet.list(spoke, kinds.StorageCluster)
  expect(told).toMatchObject({
    type: 'Warning',
    action: 'Reconcile',
    note: expect.stringContaining(`green secret ${key.name} in namespace cluster1 is ignored`) as string,
    reportingController: 'odfmo-token-exchange-agent',
    regarding: {
      kind: 'StorageCluster',
      namespace,
      name: storageClusterName,
      uid: storageCluster?.metadata.uid,
    },
  })
})

it('the agent takes from such a hub what is meant for it, under its own name alone, and says nothing of the rest', async () => {
  await remove(key)
  const spoke = spokeOf(fleet, 'cluster1')
  const before = await spokeSecrets()
  const names = [
    `cluster-peer-token-${storageClusterName}-cephcluster`,
    'astray',
    hubSecretName(refOf('cluster3')),
  ]
  await fleet.hub.apply(...names.map(astray))
  // Beside the good one: a key of its own.
  await fleet.hub.apply({ ...goodGreen, data: { ...goodGreen.data, other: base64(marker) } })
  await settled(fleet, async () =>
    expect(await mirroring()).toEqual({ enabled: true, peerSecretNames: [key.name] }),
  )
  const come = (await spokeSecrets()).filter((one) => !before.includes(one))
  expect(come).toHaveLength(1)
  const exchanged = await fleet.get(spoke, kinds.Secret, { namespace, name: key.name })
  expect(Object.keys(exchanged?.data ?? {}).toSorted()).toEqual(['cluster', 'token'])
  await agent.stop()

  const events = [fleet.hub, spoke].map((cluster) => fleet.list(cluster, kinds.Event))
  const said = [...lines, JSON.stringify(await Promise.all(events))].join('\n')
  expect(lines.length).toBeGreaterThan(5)
  for (const form of [marker, base64(marker).slice(0, -4), Buffer.from(marker).toString('hex')])
    expect(said.includes(form), `a form of ${form.length} characters`).toBe(false)
})

it('docs/security.md has the same table', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../docs/security.md'), 'utf8')
  const [, section = ''] = page.split('\n## Hostile secrets of a hub\n')
  const rows = section
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
  expect(rows).toEqual(hostileGreens.map(({ what, says: [reason] }) => `| ${what} | \`${reason}\` |`))
})
