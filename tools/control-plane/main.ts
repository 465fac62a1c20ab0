import path from 'node:path'
import { findControlPlaneBinaries, pinnedStoreFolder, systemClock } from '@odfmo/testkit'
import { cli } from '../command/cli.ts'
import { Interrupted, lifetime } from '../demo/lifetime.ts'
import { buildPrograms } from './build-programs.ts'
import { BuildError } from './go.ts'

cli(
  'control-plane',
  'Finds the programs of a real control plane (etcd, kube-apiserver, kube-controller-manager, kubectl), or builds them once, and prints their folder.',
)
  .action(async () => {
    process.exitCode = await main()
    process.exit()
  })
  .parse()

async function main(): Promise<number> {
  const report = (line: string): void => void process.stderr.write(`odfmo: ${line}\n`)
  try {
    const folder = foundFolder() ?? (await build(report))
    process.stdout.write(`${folder}\n`)
    return 0
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode
    report(error instanceof Error ? error.message : String(error))
    return 1
  }
}

/** The folder of the programs when all are there; undefined when they can be built. Throws when they are looked for elsewhere. */
function foundFolder(): string | undefined {
  try {
    const { kubeApiserver, kubectl } = findControlPlaneBinaries(true)
    if (kubectl !== undefined) return path.dirname(kubeApiserver)
    if (isToldWhere()) throw new BuildError('there is no kubectl beside the other programs')
  } catch (error) {
    // what is built goes into the store, where nobody looks while variables point elsewhere
    if (isToldWhere()) throw error
  }
  return undefined
}

function isToldWhere(): boolean {
  return Object.entries(process.env).some(
    ([name, value]) => (name === 'KUBEBUILDER_ASSETS' || name.startsWith('TEST_ASSET_')) && value !== '',
  )
}

async function build(report: (line: string) => void): Promise<string> {
  const begun = systemClock.monotonic()
  const target = pinnedStoreFolder()
  report(
    `building a control plane into ${target} (once, about 5 minutes; seconds when Go has it in its cache)`,
  )
  await buildPrograms({
    module: import.meta.dirname,
    target,
    signal: lifetime(),
    report,
    now: () => systemClock.monotonic(),
  })
  report(`built in ${((systemClock.monotonic() - begun) / 1_000).toFixed(1)} s`)
  return target
}
