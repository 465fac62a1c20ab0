import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCliOptions, UsageError } from './cli-options.ts'

describe('readCliOptions', () => {
  it('reads names, folder and definitions', () => {
    expect(readCliOptions(['up', '--clusters', 'hub, c1', '--dir', 'd', '--crds', 'a', 'b'])).toEqual({
      clusters: ['hub', 'c1'],
      directory: 'd',
      crds: ['a', 'b'],
    })
    expect(readCliOptions(['up'])).toEqual({ clusters: ['cluster'], directory: '.', crds: [] })
  })

  it.each([
    [[], 2, 'Usage'],
    [['down'], 2, 'unknown command'],
    [['up', '--cluster'], 2, 'unknown option'],
    [['up', '--clusters', 'A'], 2, '"A" is no name'],
    [['up', '--clusters', 'a,a'], 2, 'a is there twice'],
    [['--help'], 0, 'Usage'],
  ])('%j exits with %i and says %s', (args, exitCode, message) => {
    try {
      readCliOptions(args)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      expect(error).toMatchObject({ exitCode, message: expect.stringContaining(message) })
    }
  })
})

describe('odfmo-testkit up', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'testkit-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('leaves kubeconfig files while it runs, and nothing when it is told to stop', async () => {
    const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      ['--conditions=@odfmo/source', cli, 'up', '--clusters', 'hub,c1', '--dir', folder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
    const printed = await new Promise<string>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    )
    const files = [join(folder, 'hub.kubeconfig'), join(folder, 'c1.kubeconfig')]
    expect(printed.trim().split('\n')).toEqual(files)
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600)
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
    expect(files.some((file) => existsSync(file))).toBe(false)
  })
})
