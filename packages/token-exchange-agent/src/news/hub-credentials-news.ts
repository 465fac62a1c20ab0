import type { Clock, Credentials, EventNote, WatchTrouble } from '@odfmo/controller-kit'

/** What is known of how this agent stands with its hub. */
export interface HubCredentialsNewsOptions {
  readonly credentials: Pick<Credentials, 'state'>
  /** The cluster's name, as `troubles` has it. */
  readonly cluster: string
  readonly troubles: () => readonly WatchTrouble[]
  readonly clock: Clock
}

/** A klusterlet renews within seconds, and a server that starts may know nobody for a moment. */
const patienceMs = 5 * 60_000

const todo =
  'the klusterlet writes new ones when the hub has approved its request: see its log here, and on the hub the ' +
  'ManagedClusterAddOn tokenexchange and the certificate requests of this cluster'

/**
 * Whether the hub knows this agent no more: its credentials have expired and nothing new came, or the hub has answered every
 * watch with 401 for some minutes. Ask it now and then; the answer is the Event that it is worth, the same while it lasts.
 */
export const hubCredentialsNews = ({
  credentials,
  cluster,
  troubles,
  clock,
}: HubCredentialsNewsOptions): (() => EventNote | undefined) => {
  /** Of the monotonic clock. */
  let refusedSince: number | undefined
  return () => {
    const isRefused = troubles().some((trouble) => trouble.cluster === cluster && trouble.status === 401)
    refusedSince = isRefused ? (refusedSince ?? clock.monotonic()) : undefined
    const { state } = credentials
    if (state.ok && state.note !== undefined) return news('HubCredentialsExpired', state.note)
    return refusedSince !== undefined && clock.monotonic() - refusedSince >= patienceMs
      ? news('HubCredentialsRefused', 'the hub answers 401 (Unauthorized)')
      : undefined
  }
}

const news = (reason: string, what: string): EventNote => ({
  type: 'Warning',
  reason,
  action: 'ReachHub',
  note: `the agent's credentials for the hub are of no use: ${what}. Nothing is exchanged until there are new ones; ${todo}`,
  lasting: true,
})
