import { contract, type MirrorPeer } from '@odfmo/api-types'
import { chainOf } from './chain/chain.ts'
import { allHold, lookAgain, startProgress, type Progress } from './chain/progress.ts'
import { at, conditionOf, type Seen } from './chain/seen.ts'
import type { DemoInput } from './input/demo-input.ts'
import type { DemoOptions } from './options.ts'
import type { DemoResult, MirrorPeerResult } from './report/result.ts'
import type { View } from './view/view.ts'
import { deleteMirrorPeers } from './then-delete.ts'
import { watchQuiet } from './watch-quiet.ts'
import { hubNamespace } from './world/names.ts'
import type { World } from './world/world.ts'

const drawEveryMs = 100

/** Puts the MirrorPeers in, waits for all they entail, does what else was asked for, and says what came of it. */
export async function runDemo(
  world: World,
  input: DemoInput,
  options: DemoOptions,
  view: View,
  signal: AbortSignal,
): Promise<DemoResult> {
  const startedAt = performance.now()
  const { mirrorPeers } = input
  const failures: string[] = []
  await Promise.all(world.clusters.map(({ calls }) => calls.remember()))

  view.say(
    `${mirrorPeers.length === 1 ? 'The MirrorPeer goes' : `${mirrorPeers.length} MirrorPeers go`} in; from here on nobody helps.`,
  )
  const { progress, exchangedMs } = await converge(world, mirrorPeers, options.timeoutSeconds, view, signal)
  const { seen } = world.observer
  failures.push(...missing(progress, mirrorPeers, seen))
  const ms = Math.round(performance.now() - startedAt)

  const results = mirrorPeers.map((mirrorPeer): MirrorPeerResult => {
    const name = nameOf(mirrorPeer)
    const live = seen.get('hub', 'mirrorpeers', name)
    return {
      name,
      phase: String(at(live, 'status', 'phase') ?? ''),
      ready: conditionOf(live, contract.mirrorPeer.condition.ready)?.status === 'True',
      ms: exchangedMs.get(name) ?? null,
    }
  })
  const memoryMiB = world.memory()
  const objects = Object.fromEntries(
    await Promise.all(world.clusters.map(async ({ name, calls }) => [name, await calls.objects()] as const)),
  )
  const quiet =
    options.quietSeconds === undefined || failures.length > 0
      ? undefined
      : await watchQuiet(world, options.quietSeconds, view, signal)
  failures.push(...(quiet ?? []).map((write) => `written when all was quiet: ${write}`))
  if (options.thenDelete && failures.length === 0)
    failures.push(...(await deleteMirrorPeers(world, mirrorPeers, options.timeoutSeconds, view, signal)))

  return {
    ok: failures.length === 0,
    failures,
    provider: options.provider,
    mirrorPeers: results,
    progress,
    objects,
    requests: await requestsByComponent(world),
    writesWhenQuiet: quiet?.length ?? null,
    memoryMiB,
    kubeconfigs: Object.fromEntries(world.clusters.map(({ name, kubeconfigFile }) => [name, kubeconfigFile])),
    ms,
  }
}

interface Converged {
  readonly progress: readonly Progress[]
  /** MirrorPeer → when it was `ExchangedSecret` first, in milliseconds since it went in. */
  readonly exchangedMs: ReadonlyMap<string, number>
}

async function converge(
  world: World,
  mirrorPeers: readonly MirrorPeer[],
  timeoutSeconds: number,
  view: View,
  signal: AbortSignal,
): Promise<Converged> {
  const { observer } = world
  const beganAt = performance.now()
  const elapsedMs = (): number => Math.round(performance.now() - beganAt)
  let progress = startProgress(chainOf(mirrorPeers, hubNamespace))
  const exchangedMs = new Map<string, number>()

  let done: () => void = () => {}
  const finished = new Promise<void>((resolve) => (done = resolve))
  const look = (): void => {
    progress = lookAgain(progress, observer.seen, elapsedMs())
    for (const name of mirrorPeers.map(nameOf)) {
      const phase = at(observer.seen.get('hub', 'mirrorpeers', name), 'status', 'phase')
      if (phase === contract.mirrorPeer.phase.exchangedSecret && !exchangedMs.has(name))
        exchangedMs.set(name, elapsedMs())
    }
    if (allHold(progress)) done()
  }
  const stopLooking = observer.onChange(look)
  const drawing = setInterval(() => view.progress(progress, elapsedMs()), drawEveryMs)
  const timeout = setTimeout(done, timeoutSeconds * 1000)
  try {
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

/** What does not hold, with what the MirrorPeers themselves say about it. */
function missing(progress: readonly Progress[], mirrorPeers: readonly MirrorPeer[], seen: Seen): string[] {
  const lacking = progress.filter(({ shows }) => shows === undefined)
  if (lacking.length === 0) return []
  const said = mirrorPeers.flatMap((mirrorPeer) => {
    const conditions = at(seen.get('hub', 'mirrorpeers', nameOf(mirrorPeer)), 'status', 'conditions')
    const bad = (Array.isArray(conditions) ? conditions : []).filter(
      (one: unknown) => at(one, 'status') === 'False',
    )
    return bad.map(
      (one: unknown) =>
        `MirrorPeer ${nameOf(mirrorPeer)}: ${String(at(one, 'type'))} is False: ${String(at(one, 'reason'))}: ${String(at(one, 'message'))}`,
    )
  })
  return [
    ...lacking.map(
      ({ expectation }) =>
        `${expectation.about}: ${expectation.step}: ${expectation.object} on ${expectation.cluster} is not as expected`,
    ),
    ...said,
  ]
}

async function requestsByComponent(world: World): Promise<Record<string, Record<string, number>>> {
  const total: Record<string, Record<string, number>> = {}
  for (const { calls } of world.clusters) {
    for (const [component, counts] of Object.entries(await calls.requests())) {
      const sums = (total[component] ??= {})
      for (const [request, count] of Object.entries(counts)) sums[request] = (sums[request] ?? 0) + count
    }
  }
  return total
}

const nameOf = (mirrorPeer: MirrorPeer): string => mirrorPeer.metadata.name ?? ''
