import { stepsOf } from '../chain/progress.ts'
import type { DemoResult } from './result.ts'

/** The document of `--json`; docs name its fields, more may be added. */
export function jsonDocument(result: DemoResult, keep: boolean): object {
  const { ok, provider, mirrorPeers, progress, objects, requests, writesWhenQuiet, memoryMiB, ms, failures } =
    result
  return {
    ok,
    provider,
    mirrorPeers,
    steps: stepsOf(progress).map(({ about, step, ms: stepMs }) => ({
      name: `${about}: ${step}`,
      ms: stepMs ?? null,
    })),
    objects,
    requests,
    writesWhenQuiet,
    memoryMiB,
    ms,
    failures,
    // The files are there only as long as the clusters are.
    ...(keep ? { kubeconfigs: result.kubeconfigs } : {}),
    shows: progress.map(({ expectation: { cluster, object, why }, shows }) => ({
      cluster,
      object,
      shows: shows ?? null,
      why,
    })),
  }
}
