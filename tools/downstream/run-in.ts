import { spawn } from 'node:child_process'

/** Runs a program in a folder with our terminal; resolves with its exit code, 1 when a signal ended it. */
export function runIn(folder: string, env: NodeJS.ProcessEnv, command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], env })
    child.on('error', (cause) => reject(new Error(`${program} could not be started`, { cause })))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
