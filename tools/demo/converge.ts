import { contract } from '@odfmo/api-types'
import { chainOf } from './chain/chain.ts'
import { allHold, lookAgain, startProgress, type Progress } from './chain/progress.ts'
import { at } from './chain/seen.ts'
import { nameOf, type Run } from './run.ts'
import { hubNamespace } from './world/names.ts'

export interface Converged {
  readonly progress: readonly Progress[]
  /** MirrorPeer → when it was `ExchangedSecret` first, in milliseconds since they went in. */
  readonly exchangedMs: ReadonlyMap<string, number>
}

const drawEveryMs = 100

/** Puts the MirrorPeers in and watches until all they entail holds, or the time is over. */
export async function converge({ world, mirrorPeers, options, view, signal }: Run): Promise<Converged> {
  const { observer } = world
  const beganAt = performance.now()
  const elapsedMs = (): number => Math.round(performance.now() - beganAt)
  let progress = startProgress(chainOf(mirrorPeers, hubNamespace))
  const exchangedMs = new Map<string, number>()

  let done: () => void = () => {}
  const finished = new Promise<void>((resolve) => (done = resolve))
  const stopLooking = observer.onChange(() => {
    progress = lookAgain(progress, observer.seen, elapsedMs())
    for (const name of mirrorPeers.map(nameOf)) {
      const phase = at(observer.seen.get('hub', 'mirrorpeers', name), 'status', 'phase')
      if (phase === contract.mirrorPeer.phase.exchangedSecret && !exchangedMs.has(name))
        exchangedMs.set(name, elapsedMs())
    }
    if (allHold(progress)) done()
  })
  const drawing = setInterval(() => view.progress(progress, elapsedMs()), drawEveryMs)
  const timeout = setTimeout(() => done(), options.timeoutSeconds * 1000)
  try {
    // One after the other: of two that share something, the first by name is the elder.
    for (const mirrorPeer of mirrorPeers) await world.create(mirrorPeer, signal)
    await Promise.race([finished, world.died])
  } finally {
    stopLooking()
    clearInterval(drawing)
    clearTimeout(timeout)
  }
  view.progress(progress, elapsedMs())
  view.end()
  return { progress, exchangedMs }
}
