import { setTimeout as sleep } from 'node:timers/promises'
import type { Scenario } from '../scenario.ts'

/** Longer than a resync of a played klusterlet or a retry takes that should not be. */
const quietMs = 5_000

export const quietScenario: Scenario = {
  name: 'quiet',
  title: 'nobody changes anything, so nothing of ours is written',
  async run(fleet) {
    for (const cluster of fleet.calls) await cluster.settled()
    // What was under way may end: it is enough that quiet comes, and stays for a while.
    await fleet.until(async () => {
      const since = performance.now()
      for (const cluster of fleet.calls) await cluster.writesSince(since)
      await sleep(quietMs, undefined, { signal: fleet.signal })
      const writes: string[] = []
      for (const cluster of fleet.calls)
        writes.push(...(await cluster.writesSince(since)).map((line) => `${cluster.name}: ${line}`))
      if (writes.length > 0) throw new Error(['this was written meanwhile:', ...writes].join('\n  '))
    })
  },
}
