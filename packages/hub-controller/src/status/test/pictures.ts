import type { MirrorPeer } from '@odfmo/api-types'
import type { State } from '@odfmo/controller-kit'
import { contentsOf } from './given.ts'
import { scenarios, type Scenario } from './scenarios.ts'
import { hub, settledHub, type Settled } from './settled-hub.ts'

/** What `kubectl describe mirrorpeer` shows in a scenario, and what every rule came to. */
export interface Picture {
  readonly when: string
  readonly status: NonNullable<MirrorPeer['status']>
  readonly states: ReadonlyMap<string, State>
  /** The same a day later, when nothing has happened. */
  readonly nextDay: NonNullable<MirrorPeer['status']>
}

const now = Date.parse('2026-03-01T00:00:00Z')
const dayMs = 86_400_000

const pictureOf = ({ when, given = {}, states, notServed }: Scenario): Picture => {
  const options = {
    ...(states === undefined ? {} : { states }),
    ...(notServed === undefined ? {} : { notServed }),
  }
  const settled = settledHub(contentsOf(given), { ...options, now })
  const later = settledHub(settled.contents, { ...options, now: now + dayMs })
  return { when, status: statusIn(settled), states: settled.states, nextDay: statusIn(later) }
}

const statusIn = ({ contents }: Settled): Picture['status'] => {
  const mirrorPeers = (contents.get(hub.MirrorPeer) ?? []) as readonly MirrorPeer[]
  return mirrorPeers.find(({ metadata }) => metadata.name === 'mirrorpeer-sample')?.status ?? {}
}

export const pictures = (): readonly Picture[] => scenarios.map(pictureOf)
