import { dirname, resolve } from 'node:path'
import { readCliOptions, UsageError } from '../cli-options.ts'
import type { UpOptions } from '../cli-options.ts'
import { up } from '../up.ts'
import { runCommand } from './run-command.ts'
import { untilTold } from './until-told.ts'

const run = async (options: UpOptions, parent: number): Promise<number> => {
  const { command, directory, json } = options
  const told = untilTold(options.stay ? undefined : parent)
  const running = await up({
    ...options,
    // paths that hold wherever the reader is
    ...(directory === undefined ? {} : { directory: resolve(directory) }),
  })
  const { clusters } = running
  try {
    if (command.length > 0) {
      const ownFolder = directory === undefined ? dirname(clusters[0]?.kubeconfig ?? '') : ''
      return await runCommand(command, { clusters, ownFolder, told })
    }
    process.stdout.write(
      json
        ? `${JSON.stringify({ pid: process.pid, clusters })}\n`
        : `${clusters.map(({ kubeconfig }) => kubeconfig).join('\n')}\n`,
    )
    await told
    return 0
  } finally {
    await running.stop()
  }
}

/** Does what the arguments say; resolves with the exit code when it is time to end. `parent`: who started this process. */
export const main = async (args: readonly string[], version: string, parent: number): Promise<number> => {
  try {
    return await run(readCliOptions(args, version), parent)
  } catch (error) {
    const isUsage = error instanceof UsageError
    const stream = isUsage && error.exitCode === 0 ? process.stdout : process.stderr
    stream.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return isUsage ? error.exitCode : 1
  }
}
