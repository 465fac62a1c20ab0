import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ControlPlaneError } from './control-plane-error.ts'
import { GuardedProcess } from './guarded-process.ts'
import { processesOf } from './test/processes-of.ts'

const shell = (script: string, more: { stopTimeoutMs?: number; folder?: string } = {}) => {
  const lines: string[] = []
  let onFirst = (): void => undefined
  const first = new Promise<void>((resolve) => {
    onFirst = resolve
  })
  const child = new GuardedProcess({
    title: 'sh of test',
    path: '/bin/sh',
    args: ['-c', script],
    onLine(line) {
      lines.push(line)
      onFirst()
    },
    ...more,
  })
  return { child, lines, first }
}

test('a program that ends by itself rejects with its name, its exit code and its last 50 lines', async () => {
  const { child } = shell('i=1; while [ $i -le 60 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 7')
  const error = await child.died.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ControlPlaneError)
  const { message, code } = error as ControlPlaneError
  expect(code).toBe('ODFMO_CONTROL_PLANE_CHILD')
  expect(message).toMatch(/^sh of test ended by itself \(exit code 7\)[^]*\nline 11\n[^]*\nline 60$/)
  expect(message).not.toContain('line 10\n')
  expect(child.death).toBe(error)
})

test('a program that is not there is said to be so', async () => {
  const child = new GuardedProcess({ title: 'nothing', path: '/no/such/program', args: [] })
  await expect(child.died).rejects.toThrow(/nothing ended by itself \(exit code 127\)[^]*\/no\/such\/program/)
})

test('it is asked to end first, and its last words are heard', async () => {
  const { child, lines, first } = shell(
    'trap "echo bye; exit 0" TERM; echo hello; while :; do sleep 0.02; done',
  )
  await first
  await child.stop()
  expect(lines).toEqual(['hello', 'bye'])
  expect(child.death).toBeUndefined()
})

test('it is killed when it does not want to end', async () => {
  const { child, first } = shell('trap "" TERM; echo hello; while :; do sleep 0.02; done', {
    stopTimeoutMs: 50,
  })
  await first
  await child.stop()
  expect(child.death).toBeUndefined()
})

test('it ends with its guard, when somebody kills that', async () => {
  const mark = `mark-${randomUUID()}`
  const { child, lines, first } = shell(`: ${mark}; echo "$PPID"; while :; do sleep 0.02; done`)
  await first
  process.kill(Number(lines[0]), 'SIGKILL')
  await expect(child.died).rejects.toThrow('sh of test ended by itself (SIGKILL)')
  await expect.poll(() => processesOf(mark)).toEqual([])
})

test('stopping twice, or what has ended, is no trouble, and leaves its folder alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guarded-'))
  writeFileSync(join(folder, 'file'), '')
  const { child } = shell('exit 0', { folder })
  await child.died.catch(() => undefined)
  await Promise.all([child.stop(), child.stop()])
  expect(existsSync(join(folder, 'file'))).toBe(true)
  rmSync(folder, { recursive: true })
})

test('when nobody is left who would stop it, its folder goes, and what others still write there', async () => {
  const own = mkdtempSync(join(tmpdir(), 'guarded-'))
  const folder = join(own, 'of-the-program')
  // The second that the watcher waits is over when we say so: a machine that stands still would miss it.
  const bin = join(own, 'bin')
  const isOver = join(own, 'is-over')
  const sleep = `#!/bin/sh\nwhile [ ! -e '${isOver}' ]; do /bin/sleep 0.02; done\n`
  mkdirSync(bin)
  writeFileSync(join(bin, 'sleep'), sleep, { mode: 0o755 })
  const script = fileURLToPath(new URL('test/guard-and-stay.ts', import.meta.url))
  const starter = spawn(process.execPath, ['--conditions=@odfmo/source', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  })
  await once(starter.stdout, 'data')
  expect(existsSync(folder)).toBe(true)
  starter.kill('SIGKILL')
  await expect.poll(() => existsSync(folder)).toBe(false)
  mkdirSync(folder)
  writeFileSync(join(folder, 'late'), '')
  writeFileSync(isOver, '')
  await expect.poll(() => existsSync(folder)).toBe(false)
  await expect.poll(() => processesOf(folder)).toEqual([])
  rmSync(own, { recursive: true })
})
