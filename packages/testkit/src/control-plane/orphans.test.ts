import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeControlPlane } from '../testing/describe-control-plane.ts'
import { processesOf } from './test/processes-of.ts'

describeControlPlane('a control plane whose starter is gone', () => {
  let folder = ''
  let starter: ChildProcess | undefined
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orphans-'))
  })
  afterEach(() => {
    starter?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  const spawnStarter = (): ChildProcess & { readonly pid: number } => {
    const script = fileURLToPath(new URL('test/start-and-stay.ts', import.meta.url))
    // its own group, as a shell gives it one
    const child = spawn(process.execPath, ['--conditions=@odfmo/source', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
      detached: true,
    })
    starter = child
    if (child.pid === undefined) throw new Error('it has no pid')
    return child as ChildProcess & { readonly pid: number }
  }

  const start = async (): Promise<ChildProcess & { readonly pid: number }> => {
    const child = spawnStarter()
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve())
      child.once('exit', (code) => reject(new Error(`it ended too early: ${code}`)))
    })
    return child
  }

  const killed: [string, (pid: number) => void][] = [
    ['is killed', (pid) => process.kill(pid, 'SIGKILL')],
    ['is killed with its process group', (pid) => process.kill(-pid, 'SIGKILL')],
  ]
  it.each(killed)('leaves no process and no file when it %s', async (_how, kill) => {
    const { pid } = await start()
    // etcd, API server, controller manager, and two shells beside each
    await expect.poll(() => processesOf(folder)).toHaveLength(9)
    kill(pid)
    await expect.poll(() => processesOf(folder)).toEqual([])
    await expect.poll(() => readdirSync(folder)).toEqual([])
  })

  it('leaves no process and no file when it is killed while it starts, at whatever moment', async () => {
    // from before the first process to after the last; as many as there are when all run: see above
    for (const processes of [0, 1, 2, 3, 4, 6, 8, 9]) {
      const { pid } = spawnStarter()
      await expect.poll(() => processesOf(folder).length, { interval: 5 }).toBeGreaterThanOrEqual(processes)
      process.kill(pid, 'SIGKILL')
      await expect.poll(() => processesOf(folder)).toEqual([])
      await expect.poll(() => readdirSync(folder)).toEqual([])
    }
  })

  it('ends a program whose guard alone was killed, and tells', async () => {
    const { pid } = await start()
    const guard = processesOf(folder).find((line) => line.endsWith('/bin/sh'))
    expect(guard).toBeDefined()
    process.kill(Number(guard?.split(' ')[0]), 'SIGKILL')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => processesOf(folder)).toEqual([])
  })
})
