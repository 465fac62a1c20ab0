import { contract } from '@odfmo/api-types'
import type { Progress } from './chain/progress.ts'
import { at, conditionOf, textAt } from './chain/seen.ts'
import { converge } from './converge.ts'
import type { DemoResult, MirrorPeerResult } from './report/result.ts'
import { nameOf, type Run } from './run.ts'
import { deleteMirrorPeers } from './then-delete.ts'
import { watchQuiet } from './watch-quiet.ts'

/** Puts the MirrorPeers in, waits for all they entail, does what else was asked for, and says what came of it. */
export async function runDemo(run: Run): Promise<DemoResult> {
  const { world, mirrorPeers, options, view } = run
  const beganAt = performance.now()
  await Promise.all(world.clusters.map(({ calls }) => calls.remember()))
  view.say(
    `${mirrorPeers.length === 1 ? 'The MirrorPeer goes' : `${mirrorPeers.length} MirrorPeers go`} in; from here on nobody helps.`,
  )

  const { progress, exchangedMs } = await converge(run)
  const ms = Math.round(performance.now() - beganAt)
  const failures = missing(run, progress)
  const results = mirrorPeers.map((mirrorPeer) => resultOf(run, nameOf(mirrorPeer), exchangedMs))
  const memoryMiB = world.memory()
  const objects = await perCluster(run, (calls) => calls.objects())

  const quiet =
    options.quietSeconds === undefined || failures.length > 0
      ? undefined
      : await watchQuiet(run, options.quietSeconds)
  failures.push(...(quiet ?? []).map((write) => `written when all was quiet: ${write}`))
  if (options.thenDelete && failures.length === 0) failures.push(...(await deleteMirrorPeers(run)))

  return {
    ok: failures.length === 0,
    failures,
    provider: options.provider,
    mirrorPeers: results,
    progress,
    objects,
    requests: summed(Object.values(await perCluster(run, (calls) => calls.requests()))),
    writesWhenQuiet: quiet?.length ?? null,
    memoryMiB,
    kubeconfigs: Object.fromEntries(world.clusters.map(({ name, kubeconfigFile }) => [name, kubeconfigFile])),
    ms,
  }
}

function resultOf({ world }: Run, name: string, exchangedMs: ReadonlyMap<string, number>): MirrorPeerResult {
  const live = world.observer.seen.get('hub', 'mirrorpeers', name)
  return {
    name,
    phase: textAt(live, 'status', 'phase') ?? '',
    ready: conditionOf(live, contract.mirrorPeer.condition.ready)?.status === 'True',
    ms: exchangedMs.get(name) ?? null,
  }
}

/** What does not hold, with what the MirrorPeers themselves say about it. */
function missing({ world, mirrorPeers }: Run, progress: readonly Progress[]): string[] {
  const lacking = progress.filter(({ shows }) => shows === undefined).map(({ expectation }) => expectation)
  if (lacking.length === 0) return []
  return [
    ...lacking.map(
      ({ about, step, object, cluster }) => `${about}: ${step}: ${object} on ${cluster} is not as expected`,
    ),
    ...mirrorPeers.map(nameOf).flatMap((name) => {
      const conditions = at(world.observer.seen.get('hub', 'mirrorpeers', name), 'status', 'conditions')
      const bad = (Array.isArray(conditions) ? conditions : []).filter(
        (one: unknown) => at(one, 'status') === 'False',
      )
      return bad.map(
        (one: unknown) =>
          `MirrorPeer ${name}: ${textAt(one, 'type')} is False: ${textAt(one, 'reason')}: ${textAt(one, 'message')}`,
      )
    }),
  ]
}

async function perCluster<T>(
  { world }: Run,
  ask: (calls: Run['world']['clusters'][number]['calls']) => Promise<T>,
): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all(world.clusters.map(async ({ name, calls }) => [name, await ask(calls)] as const)),
  )
}

function summed(
  counts: readonly Readonly<Record<string, Readonly<Record<string, number>>>>[],
): Record<string, Record<string, number>> {
  const total: Record<string, Record<string, number>> = {}
  for (const [component, requests] of counts.flatMap((one) => Object.entries(one))) {
    const sums = (total[component] ??= {})
    for (const [request, count] of Object.entries(requests)) sums[request] = (sums[request] ?? 0) + count
  }
  return total
}
