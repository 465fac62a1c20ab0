import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from './run.ts'

const lookEveryMs = 1_000
/** What was under way when the last expectation came true may end: a status, an Event. */
const settleMs = 3_000

/** Watches the journals of all clusters; answers the writes that should not have happened. */
export async function watchQuiet({ world, view, signal }: Run, seconds: number): Promise<string[]> {
  view.say(`Now nothing but leases may be written for ${seconds} s …`)
  await sleep(settleMs, undefined, { signal })
  const since = Date.now()
  const until = since + seconds * 1000
  for (;;) {
    const writes = await Promise.all(
      world.clusters.map(async ({ name, calls }) =>
        (await calls.writesSince(since)).map((write) => `${name}: ${write}`),
      ),
    )
    const left = until - Date.now()
    if (left <= 0) return writes.flat()
    await Promise.race([sleep(Math.min(lookEveryMs, left), undefined, { signal }), world.died])
  }
}
