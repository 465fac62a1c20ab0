import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import type { SeedResult } from './run-seed.ts'

export interface Share {
  readonly first: number
  readonly count: number
  readonly jobs: number
  readonly steps: number
  readonly clusters?: number | undefined
  /** Program of the child processes; that of the hub alone when left out. */
  readonly worker?: string
}

/** What a worker is asked: one seed. It answers with a `SeedResult`. */
export interface Asked {
  readonly seed: number
  readonly steps: number
  readonly clusters?: number | undefined
}

const hubWorker = path.join(import.meta.dirname, 'seed-worker.ts')

/** Runs seeds in child processes, one at a time in each; `take` hears of them as they end, one after the other. */
export const seedsInProcesses = async (
  { first, count, jobs, steps, clusters, worker: program = hubWorker }: Share,
  take: (result: SeedResult) => void | Promise<void>,
  mayGoOn: () => boolean = () => true,
): Promise<number> => {
  let next = first
  let ended = 0
  let taking = Promise.resolve()
  const lane = async (): Promise<void> => {
    const worker = fork(program, {
      execArgv: ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning'],
    })
    try {
      while (next < first + count && mayGoOn()) {
        const seed = next
        next += 1
        const result = await ask(worker, { seed, steps, clusters })
        ended += 1
        taking = taking.then(() => take(result))
        await taking
      }
    } finally {
      worker.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, count) }, lane))
  return ended
}

const ask = (worker: ChildProcess, asked: Asked): Promise<SeedResult> =>
  new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`the process of seed ${asked.seed} ended with ${code}`))
    worker.once('exit', onExit)
    worker.once('message', (result) => {
      worker.off('exit', onExit)
      resolve(result as SeedResult)
    })
    worker.send(asked)
  })
