import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'

const isThere = (program: string): boolean => {
  if (process.env['ODFMO_REQUIRE_SHELLCHECK'] === '1') return true
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

/** Every shell program of the repository. */
const scripts = ['.ci/run', ...globSync('tools/**/*.sh', { cwd: root })].toSorted()

const check = (program: string, args: readonly string[], file: string) => {
  const { status, stdout, stderr } = spawnSync(program, [...args, path.join(root, file)], {
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

it('there are shell programs to be checked', () => {
  expect(scripts).toContain('tools/kind/fleet.sh')
})

describe.each(scripts)('%s', (file) => {
  it('is bash', () => {
    expect(check('bash', ['-n'], file)).toEqual({ status: 0, said: '' })
  })

  it.skipIf(!isThere('shellcheck'))('has nothing that shellcheck finds (skipped without shellcheck)', () => {
    expect(check('shellcheck', [], file)).toEqual({ status: 0, said: '' })
  })
})
