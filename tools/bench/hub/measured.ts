import { mkdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import path from 'node:path'
import type { HubProvider } from './calls.ts'
import { HubRun, type Afterwards, type Exchange, type Quiet, type Removal, type Run } from './one-run.ts'

export interface Plan {
  readonly sizes: readonly number[]
  readonly providers: readonly HubProvider[]
  readonly runs: number
  /** The hub's program. */
  readonly bundle: string
  readonly folder: string
}

/** All figures of one size on one provider. */
export interface Figures {
  readonly provider: HubProvider
  readonly mirrorPeers: number
  /** One for each run. */
  readonly exchanges: readonly Exchange[]
  readonly afterwards: Afterwards
  readonly quiet: Quiet
  readonly removal: Removal
}

export interface AllFigures {
  readonly sizes: readonly Figures[]
  /** A hub without manageS3, of the smallest size, for its number of writes. */
  readonly withoutS3: { readonly mirrorPeers: number; readonly exchange: Exchange } | undefined
}

const quietMs = 60_000
const label = ({ provider, mirrorPeers }: Pick<Run, 'provider' | 'mirrorPeers'>): string =>
  `${mirrorPeers} MirrorPeers, ${provider === 'memory' ? 'in memory' : 'real control plane'}`

/**
 * Runs one size after the other. The last run of each size goes on while the next size is measured, and is looked at again
 * when it has been quiet for a minute: what is quiet costs next to nothing.
 */
export async function measured({ sizes, providers, runs, bundle, folder }: Plan): Promise<AllFigures> {
  const open = new Set<HubRun>()
  let count = 0
  const begin = (run: Pick<Run, 'provider' | 'mirrorPeers' | 'manageS3'>): HubRun => {
    const own = path.join(folder, String((count += 1)))
    mkdirSync(own)
    const hub = new HubRun({ ...run, bundle, folder: own })
    open.add(hub)
    return hub
  }
  const end = async (hub: HubRun): Promise<void> => {
    await hub.end()
    open.delete(hub)
  }
  try {
    const figures: Figures[] = []
    let withoutS3: AllFigures['withoutS3']
    for (const provider of providers) {
      const resting: (Omit<Figures, 'quiet' | 'removal'> & { readonly hub: HubRun })[] = []
      for (const mirrorPeers of sizes) {
        const exchanges: Exchange[] = []
        // Its load of thousands of objects takes minutes, and its counts are those of the other.
        const times = provider === 'memory' ? runs : 1
        for (let run = 1; run <= times; run += 1) {
          tell(`${label({ provider, mirrorPeers })}, run ${run} of ${times}`)
          const hub = begin({ provider, mirrorPeers, manageS3: true })
          exchanges.push(await hub.exchange())
          if (run < times) {
            await end(hub)
            continue
          }
          const afterwards = await hub.afterwards()
          await hub.rest()
          resting.push({ provider, mirrorPeers, exchanges, afterwards, hub })
        }
      }
      const [mirrorPeers] = sizes
      if (withoutS3 === undefined && mirrorPeers !== undefined) {
        const hub = begin({ provider, mirrorPeers, manageS3: false })
        withoutS3 = { mirrorPeers, exchange: await hub.exchange() }
        await end(hub)
      }
      // All of them first: none must be quiet beside a deletion.
      const quiets = []
      for (const { hub } of resting) quiets.push(await hub.quiet(quietMs))
      for (const [at, { hub, ...rest }] of resting.entries()) {
        tell(`${label(rest)}, deletion`)
        const removal = await hub.remove()
        await end(hub)
        const quiet = quiets[at]
        if (quiet !== undefined) figures.push({ ...rest, quiet, removal })
      }
    }
    return { sizes: figures, withoutS3 }
  } finally {
    await Promise.allSettled([...open].map((hub) => hub.end()))
  }
}

const tell = (what: string): void => {
  const load = loadavg()[0] ?? 0
  process.stderr.write(`hub: ${what} (load ${load.toFixed(1)})\n`)
}
