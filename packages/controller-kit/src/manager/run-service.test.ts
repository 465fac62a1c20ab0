import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { ConfigError, runService, type Service } from './run-service.ts'

/** A process to look at: what it printed, how it ended, and a way to send it signals. */
const fakeProcess = (...argv: string[]) => {
  const listeners = new Map<string, (argument: unknown) => void>()
  const out: string[] = []
  const err: string[] = []
  const exits: number[] = []
  return {
    out,
    err,
    exits,
    emit: (event: string, argument?: unknown) => listeners.get(event)?.(argument),
    process: {
      argv: ['node', 'main.js', ...argv],
      env: {},
      stdout: { write: (text: string) => out.push(text) },
      stderr: { write: (text: string) => err.push(text) },
      on: (event: string, listener: (argument: unknown) => void) => listeners.set(event, listener),
      exit: (code: number) => void exits.push(code),
    },
  }
}

const service = (run: Service<object>['run'], problems: readonly string[] = []): Service<object> => ({
  name: 'svc',
  version: '1.0.0',
  describe: 'A service.',
  configure: () => {
    if (problems.length > 0) throw new ConfigError(problems)
    return {}
  },
  run,
})

const untilStopped: Service<object>['run'] = (_config, { signal }) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

describe('runService', () => {
  it('ends with 0 when asked to stop', async () => {
    const { process, emit, exits } = fakeProcess('--log-level=error')
    const run = runService(service(untilStopped), process)
    emit('SIGTERM')
    await run
    expect(exits).toEqual([0])
  })

  it('ends at once on the second signal', () => {
    const { process, emit, exits } = fakeProcess('--log-level=error')
    void runService(
      service(() => new Promise(() => undefined)),
      process,
    )
    emit('SIGTERM')
    expect(exits).toEqual([])
    emit('SIGINT')
    expect(exits).toEqual([1])
  })

  it('ends with 2 and lists the problems of flags and environment together', async () => {
    const { process, err, exits } = fakeProcess('--nope')
    await runService(
      service(untilStopped, ['POD_NAMESPACE is required', 'TOKEN_EXCHANGE_IMAGE is required']),
      process,
    )
    expect(exits).toEqual([2])
    expect(err.join('')).toBe(
      'svc: unknown flag --nope\nsvc: POD_NAMESPACE is required\nsvc: TOKEN_EXCHANGE_IMAGE is required\n',
    )
  })

  it('ends with 0 after --version, without looking at anything else', async () => {
    const { process, out, exits } = fakeProcess('--version')
    await runService(service(untilStopped, ['never seen']), process)
    expect([out, exits]).toEqual([['svc 1.0.0\n'], [0]])
  })
})

describe('a process', () => {
  const main = join(import.meta.dirname, '../../test/service-process.ts')

  /** Runs it; `onLine` may send signals. Resolves with exit code and lines. */
  const runProcess = (
    mode: string,
    onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
  ): Promise<{ code: number | null; lines: string[] }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--conditions=@odfmo/source', main, `--mode=${mode}`])
      const lines: string[] = []
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line)
        onLine(line, (signal) => child.kill(signal))
      })
      child.on('close', (code) => resolve({ code, lines }))
    })

  it.each([
    ['stops in order', 'run', 0, ['running', 'asked to stop']],
    ['stops at once on a second signal', 'hang', 1, ['running', 'asked to stop']],
    ['ends with what it could not do', 'fail', 1, ['running', 'failed']],
    [
      'ends with one line about what whoever installs it can put right',
      'kubeconfig',
      1,
      [
        'running',
        'failed: cannot read /no/such/file: ENOENT: there is no such file; is the path right, is it mounted?',
      ],
    ],
    ['ends when nobody caught a rejection', 'reject', 1, ['running', 'nobody caught this']],
  ])('%s', async (_name, mode, code, messages) => {
    const result = await runProcess(mode, (line, kill) => {
      if (line.includes('"running"') && (mode === 'run' || mode === 'hang')) kill('SIGTERM')
      if (line.includes('"asked to stop"') && mode === 'hang') kill('SIGTERM')
    })
    expect(result.lines.map((line) => JSON.parse(line).msg)).toEqual(messages)
    expect(result.lines.join('')).not.toContain('c2VjcmV0')
    if (mode === 'kubeconfig') expect(result.lines.join('')).not.toContain('stack')
    expect(result.code).toBe(code)
  })
})
