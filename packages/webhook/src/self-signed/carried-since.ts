import { isCarried, configurationNames, type Configurations } from './observation.ts'

/**
 * Since when each CA has been trusted by all configurations without a break, by `Clock.monotonic`: remembered from look to look,
 * as no object says it. What is trusted no longer is forgotten.
 */
export const carriedSince = (
  before: ReadonlyMap<string, number>,
  configurations: Configurations,
  monotonicMs: number,
): ReadonlyMap<string, number> => {
  const trusted = configurationNames.flatMap((name) => {
    const view = configurations[name]
    return view.is === 'ours' ? view.bundle : []
  })
  return new Map(
    trusted
      .filter((authority) => isCarried(configurations, authority))
      .map(({ id }) => [id, before.get(id) ?? monotonicMs]),
  )
}
