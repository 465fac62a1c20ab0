import { Metrics, staticCache } from '@odfmo/controller-kit'
import type { Condition, MirrorPeer } from '@odfmo/api-types'
import { expect, it } from 'vitest'
import { watchMirrorPeers } from './mirror-peer-metrics.ts'
import { mirrorPeer } from './test/builders.ts'
import { hub } from './test/hub-world.ts'

const now = Date.parse('2026-03-01T00:00:00Z')

const seen = async (mirrorPeers: readonly MirrorPeer[]): Promise<readonly string[]> => {
  const metrics = new Metrics()
  watchMirrorPeers({ metrics, hub, cache: staticCache([[hub.MirrorPeer, mirrorPeers]]), now: () => now })
  const { body } = await metrics.text()
  return body.split('\n').filter((line) => line.startsWith('odfmo_mirrorpeers'))
}

const peer = (
  name: string,
  phase: string,
  status: Condition['status'],
  reason: string,
  since: string,
): MirrorPeer => ({
  ...mirrorPeer({ name }),
  status: {
    phase: phase as never,
    conditions: [{ type: 'Ready', status, reason, message: '', lastTransitionTime: since }],
  },
})

it('counts MirrorPeers by phase, by Ready and by what is wrong, and tells the oldest trouble', async () => {
  expect(
    await seen([
      peer('a', 'ExchangedSecret', 'True', 'Ready', '2026-01-01T00:00:00Z'),
      peer('b', 'ExchangedSecret', 'False', 'NoS3Secret', '2026-02-28T23:00:00Z'),
      peer('c', 'ExchangingSecret', 'False', 'NoBlueSecret', '2026-02-28T23:59:00Z'),
      peer('d', 'ExchangingSecret', 'False', 'NoBlueSecret', '2026-02-28T23:59:30Z'),
    ]),
  ).toEqual([
    'odfmo_mirrorpeers{phase="ExchangedSecret",ready="True"} 1',
    'odfmo_mirrorpeers{phase="ExchangedSecret",ready="False"} 1',
    'odfmo_mirrorpeers{phase="ExchangingSecret",ready="False"} 2',
    'odfmo_mirrorpeers_not_ready{reason="NoS3Secret"} 1',
    'odfmo_mirrorpeers_not_ready{reason="NoBlueSecret"} 2',
    'odfmo_mirrorpeers_longest_not_ready_seconds 3600',
  ])
})

it('counts from the creation where nothing has been said yet, and is 0 when all are ready', async () => {
  const fresh = mirrorPeer({ metadata: { creationTimestamp: '2026-02-28T23:59:50Z' } })
  expect(await seen([fresh])).toEqual([
    'odfmo_mirrorpeers{phase="",ready=""} 1',
    'odfmo_mirrorpeers_not_ready{reason=""} 1',
    'odfmo_mirrorpeers_longest_not_ready_seconds 10',
  ])
  expect(await seen([])).toEqual(['odfmo_mirrorpeers_longest_not_ready_seconds 0'])
})

it.each([[[null]], ['none'], [{}]])(
  'bears conditions that were stored before there was a schema: %j',
  async (conditions) => {
    const odd = { ...mirrorPeer(), status: { conditions: conditions as never } }
    expect(await seen([odd])).toContain('odfmo_mirrorpeers_not_ready{reason=""} 1')
  },
)

it('makes no series of words that somebody else wrote', async () => {
  const strange = Array.from({ length: 50 }, (_, i) =>
    peer(`p${i}`, `Phase${i}`, 'False', `Reason${i}`, '2026-03-01T00:00:00Z'),
  )
  expect(await seen(strange)).toEqual([
    'odfmo_mirrorpeers{phase="other",ready="False"} 50',
    'odfmo_mirrorpeers_not_ready{reason="other"} 50',
    'odfmo_mirrorpeers_longest_not_ready_seconds 0',
  ])
})
