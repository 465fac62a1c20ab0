import { kinds, type Secret } from '@odfmo/api-types'
import { createLogger } from '@odfmo/controller-kit'
import { startCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { expectExchanged } from './expect-exchanged.ts'
import { mirrorPeer, settled, startFleet } from './fleet.ts'

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** Base64 of a text inside a longer one: what does not depend on where in the longer one it begins. */
const innerBase64 = (text: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const encoded = base64(`${'x'.repeat(offset)}${text}`)
    return encoded.slice(4, -4)
  })

/** A value as it may stand in a log: plain, base64, base64 of base64, and inside other texts that are. */
const formsOf = (value: string): readonly string[] => [
  value,
  ...innerBase64(value),
  ...innerBase64(base64(value)),
  ...innerBase64(base64(base64(value))),
]

it('lets no secret into its logs at the most verbose level, in no form', async () => {
  const lines: string[] = []
  const logger = createLogger({
    component: 'token-exchange-agent',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  })
  // In memory: a server that fails on demand.
  const fleet = await startFleet({ start: startCluster })
  try {
    for (const name of ['cluster1', 'cluster2']) await fleet.startAgent(name, { logger })
    await fleet.hub.apply(mirrorPeer())
    await settled(fleet, () => expectExchanged(fleet))
    // Errors tell most: refused writes, and a secret that cannot be read.
    const unreadable: Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        namespace: 'cluster1',
        name: 'unreadable',
        labels: { 'multicluster.odf.openshift.io/secret-type': 'GREEN' },
      },
      data: { 'secret-data': base64('{"token": "value-in-an-unreadable-secret') },
    }
    await fleet.hub.apply(unreadable)
    fleet.hub.faults.add({
      match: { verb: 'patch', resource: 'secrets' },
      fault: { kind: 'status', code: 500 },
      times: 3,
    })
    await fleet.storage['cluster1']?.rotateKey('ocs-storagecluster')
    await settled(fleet, () => expectExchanged(fleet))
    await fleet.deleteObject(fleet.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' })
    await settled(fleet, async () => expect(await fleet.list(fleet.hub, kinds.MirrorPeer)).toEqual([]))
  } finally {
    await fleet.stop()
  }
  const text = lines.join('')
  expect(text).toContain('"level":"debug"')
  expect(text).toContain('peerSecretNames')
  const values = [
    ...Object.values(fleet.storage).flatMap((storage) => storage.secretValues()),
    'value-in-an-unreadable-secret',
  ]
  expect(values.length).toBeGreaterThan(6)
  const found = values.filter((value) => formsOf(value).some((form) => text.includes(form)))
  expect(found).toEqual([])
})
