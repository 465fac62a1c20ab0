import type { World } from '../world.ts'

/** Over the safety resync of anything, and the longest back-off. */
const quietMs = 15 * 60_000

/** What is written by a hub that has nothing to do; leases apart, and what is refused (a user's object is in the way). */
export const writesWhenQuiet = async (world: World): Promise<readonly string[]> => {
  const before = world.cluster.requests.writes().length
  await world.pass(quietMs)
  return world.cluster.requests
    .writes()
    .slice(before)
    .filter(({ resource, status }) => status < 400 && !resource.startsWith('leases'))
    .map(
      ({ verb, resource, namespace, name }) =>
        `${verb} ${resource} ${namespace}/${name} in ${quietMs / 60_000} minutes in which nothing happened`,
    )
}
