import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from './command/root.ts'

const launch = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, 'tools/launch.mjs'), ...args], { encoding: 'utf8' })

test('an unknown command is named with those there are, exit 2, and stdout stays empty', () => {
  const { status, stdout, stderr } = launch('deploy')
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/unknown command "deploy"; there are: .*demo.*test/)
})

// A user who may do everything may write everywhere.
test.runIf(process.getuid?.() === 0)('a checkout of somebody else is named, before anything is done', () => {
  const checkout = mkdtempSync(path.join(tmpdir(), 'odfmo-checkout-'))
  try {
    chmodSync(checkout, 0o755)
    mkdirSync(path.join(checkout, 'tools'))
    const program = path.join(checkout, 'tools/launch.mjs')
    cpSync(path.join(root, 'tools/launch.mjs'), program)
    const nobody = { uid: 65_534, gid: 65_534, cwd: '/', encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'demo'], nobody)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toBe(
      `odfmo: ${checkout} cannot be written by this user, and what a command makes is kept in there. Clone it as this user.\n`,
    )
  } finally {
    rmSync(checkout, { recursive: true })
  }
})

test.each([
  'bench',
  'build',
  'chaos',
  'check',
  'control-plane',
  'demo',
  'format',
  'lint',
  'mutants',
  'nightly',
  'packages',
  'previous',
  'reference',
  'scenarios',
  'test',
  'typecheck',
])('%s has help, and an unknown option is exit 2 with the help on stderr', (command) => {
  const help = launch(command, '--help')
  expect(help.status).toBe(0)
  expect(help.stdout).toContain(`Usage: npm run ${command} --`)

  const wrong = launch(command, '--no-such-option')
  expect({ status: wrong.status, stdout: wrong.stdout }).toEqual({ status: 2, stdout: '' })
  expect(wrong.stderr).toMatch(/unknown option '--no-such-option'[^]*Usage:/)
})
