import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { exitUsage } from '../command/cli.ts'
import { readDemoInput } from './input/read-demo-input.ts'
import { InputError } from './input/problem.ts'
import { Interrupted, lifetime, untilAborted } from './lifetime.ts'
import { parseOptions, type DemoOptions } from './options.ts'
import { existingNotice } from './report/existing-notice.ts'
import { jsonDocument } from './report/json-document.ts'
import type { DemoResult } from './report/result.ts'
import { summary } from './report/summary.ts'
import { runDemo } from './run-demo.ts'
import { plainView, silentView, terminalView, type View } from './view/view.ts'
import { startWorld } from './world/world.ts'

process.exitCode = await main(parseOptions(process.argv.slice(2)))
// The pipe to the launcher and what else is open must not keep a finished demo alive.
process.exit()

async function main(options: DemoOptions): Promise<number> {
  const signal = lifetime()
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-demo-'))
  try {
    return await demo(options, folder, signal)
  } catch (error) {
    if (error instanceof InputError) {
      process.stderr.write(`${error.message}\n`)
      return exitUsage
    }
    if (error instanceof Interrupted) return error.exitCode
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function demo(options: DemoOptions, folder: string, signal: AbortSignal): Promise<number> {
  const input = readDemoInput(options)
  // Beside the document of --json, so on stderr.
  for (const warning of input.warnings) process.stderr.write(`warning: ${warning}\n`)
  process.stderr.write(existingNotice(input.source))
  const view = viewFor(options)
  const world = await startWorld({ input, folder, view, signal })
  try {
    const result = await Promise.race([
      runDemo({ world, mirrorPeers: input.mirrorPeers, options, view, signal }),
      untilAborted(signal),
      world.died,
    ])
    process.stdout.write(
      options.json ? `${JSON.stringify(jsonDocument(result, options.keep), null, 2)}\n` : summary(result),
    )
    if (options.keep) await stayUp(result, options, world.died, signal)
    return result.ok ? 0 : 1
  } finally {
    view.end()
    await world.stop()
  }
}

function viewFor({ json }: DemoOptions): View {
  if (json) return silentView
  return process.stdout.isTTY ? terminalView(process.stdout) : plainView(process.stdout)
}

async function stayUp(
  { kubeconfigs, objects }: DemoResult,
  { json, provider }: DemoOptions,
  died: Promise<never>,
  signal: AbortSignal,
): Promise<void> {
  if (!json) {
    const lines = Object.entries(kubeconfigs).map(
      ([name, file]) => `  ${name.padEnd(12)}  kubectl --kubeconfig ${file} get all -A`,
    )
    const counts = Object.entries(objects).map(([name, { length }]) => `${length} objects on ${name}`)
    const left =
      provider === 'existing' ? `Until then it leaves ${counts.join(', ')}; then it removes them.\n` : ''
    process.stdout.write(`\nAll stays up; Ctrl-C ends it:\n${lines.join('\n')}\n${left}`)
  }
  await Promise.race([untilAborted(signal), died])
}
