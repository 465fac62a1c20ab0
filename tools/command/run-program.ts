import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './root.ts'

/** Runs a program of node_modules/.bin at the root with our terminal; resolves with its exit code. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  // The terminal sends Ctrl-C to the child as well: outliving it here is what lets its exit code through.
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, forward)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', (cause) => reject(new Error(`${program} could not be started`, { cause })))
      child.on('exit', (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      )
    })
  } finally {
    for (const signal of signals) process.off(signal, forward)
  }
}
