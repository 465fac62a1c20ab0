import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Programs on cores of their own: the server on the first, clients on the second. */
export type Core = 0 | 1

const canPin = (): boolean => {
  if (availableParallelism() < 2) return false
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const isPinning = canPin()
if (!isPinning)
  process.stderr.write('webhook: without taskset, or with one core: nothing is pinned to a core\n')

/** How to start Node on a core, where that can be chosen. */
export const nodeOn = (
  core: Core,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } =>
  isPinning
    ? { command: 'taskset', args: ['-c', String(core), process.execPath, ...args] }
    : { command: process.execPath, args }

/** Where programs run, for the table. */
export const placement = isPinning ? 'one core' : 'not pinned'
