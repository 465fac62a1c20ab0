import { currentAuthority } from './authority.ts'
import { configurationNames, isCarried, type Configurations, type SecretView } from './observation.ts'

/**
 * What a replica remembers from look to look, since no object says it: times by `Clock.monotonic`, which no one sets. Losing
 * it, when a replica starts anew, only makes that more patient.
 */
export interface Memory {
  /** By id: since when a CA has been seen, in the Secret or in a caBundle. */
  readonly seenSince: ReadonlyMap<string, number>
  /** By id: since when all configurations have trusted it. */
  readonly carriedSince: ReadonlyMap<string, number>
  /** Which CA has been the current one, and trusted by all configurations, and since when. */
  readonly current: { readonly id: string; readonly since: number } | undefined
}

export const noMemory: Memory = { seenSince: new Map(), carriedSince: new Map(), current: undefined }

/** What is seen now. */
interface Look {
  readonly secret: SecretView
  readonly configurations: Configurations
  readonly now: number
  readonly monotonicMs: number
}

/** The memory after one more look. What is seen no longer is forgotten. */
export const remember = (before: Memory, look: Look, backdateMs: number): Memory => {
  const { secret, configurations, now, monotonicMs } = look
  const kept = secret.is === 'ours' ? secret.authorities : []
  const trusted = configurationNames.flatMap((name) => {
    const view = configurations[name]
    return view.is === 'ours' ? view.bundle : []
  })
  const since = (known: ReadonlyMap<string, number>, authorities: readonly { readonly id: string }[]) =>
    new Map(authorities.map(({ id }) => [id, known.get(id) ?? monotonicMs]))
  const current = currentAuthority(kept, now, backdateMs)
  const isInUse = current !== undefined && isCarried(configurations, current)
  return {
    seenSince: since(before.seenSince, [...kept, ...trusted]),
    carriedSince: since(
      before.carriedSince,
      trusted.filter((authority) => isCarried(configurations, authority)),
    ),
    current: !isInUse
      ? undefined
      : before.current?.id === current.id
        ? before.current
        : { id: current.id, since: monotonicMs },
  }
}
