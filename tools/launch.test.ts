import { spawnSync } from 'node:child_process'
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
