#!/usr/bin/env node
import { readCliOptions, UsageError } from './cli-options.ts'
import type { UpOptions } from './cli-options.ts'
import { up } from './up.ts'

const main = async (options: UpOptions): Promise<void> => {
  // before anything is started: a signal in between must not leave files behind
  const asked = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  const running = await up(options)
  process.stdout.write(`${running.kubeconfigs.join('\n')}\n`)
  await asked
  await running.stop()
}

try {
  await main(readCliOptions(process.argv.slice(2)))
} catch (error) {
  const isUsage = error instanceof UsageError
  const stream = isUsage && error.exitCode === 0 ? process.stdout : process.stderr
  stream.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = isUsage ? error.exitCode : 1
}
