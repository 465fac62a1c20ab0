import { spawn, type ChildProcess } from 'node:child_process'

export interface ChildOptions {
  /** What people call it: in errors and in the summary. */
  readonly name: string
  /** A program of Node's with its arguments. */
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** A channel for messages; the child ends when it closes. */
  readonly channel?: boolean
}

export interface Child {
  readonly name: string
  readonly process: ChildProcess
  readonly pid: number
  /** What it printed last, for whoever has to understand why it ended. */
  lastLines(): readonly string[]
  /** Asks it to stop (SIGTERM), insists after `graceMs` (SIGKILL), resolves when it is gone. */
  stop(graceMs: number): Promise<void>
  /** Rejects with ChildDied when it ends without having been asked to; never resolves. */
  readonly died: Promise<never>
}

const keptLines = 50

/** A child process that was not asked to end has ended. */
class ChildDied extends Error {
  override readonly name = 'ChildDied'

  constructor(name: string, how: string, lines: readonly string[]) {
    super(
      `${name} ended (${how}). Its last ${lines.length} log lines:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    )
  }
}

/** Starts a Node process whose output is kept, not shown, and that does not outlive this one. */
export function startChild({ name, args, env = {}, channel = false }: ChildOptions): Child {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', channel ? 'ipc' : 'ignore'],
    env: { ...process.env, ...env },
    // A group of its own: Ctrl-C reaches us alone, and we end the children in order.
    detached: true,
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) keepLines(stream, lines)

  let asked = false
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal))
  })
  const died = ended.then(async (how) => {
    if (asked) return new Promise<never>(() => {})
    throw new ChildDied(name, how, lines)
  })
  died.catch(() => {}) // whoever waits for it gets it; nobody waiting is no crash

  return {
    name,
    process: child,
    pid: child.pid ?? 0,
    lastLines: () => lines,
    died,
    async stop(graceMs) {
      asked = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await ended
      clearTimeout(insist)
    },
  }
}

function keepLines(stream: NodeJS.ReadableStream | null, lines: string[]): void {
  let rest = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    lines.splice(0, Math.max(0, lines.length - keptLines))
  })
  stream?.on('end', () => {
    if (rest !== '') lines.push(rest)
  })
}
