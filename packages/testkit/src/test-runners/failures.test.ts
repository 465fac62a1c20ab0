import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('./test', import.meta.url))

/** Runs a test runner beside this one; answers what it prints. */
const run = async (program: string, ...args: string[]): Promise<string> => {
  const { NODE_TEST_CONTEXT: _, VITEST: _vitest, ...env } = process.env
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env })
  return text(child.stdout)
}

describe('with vitest', () => {
  it('a failed test tells what it changed, with its own failure first', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'testkit-vitest-')), 'report.json')
    await run('vitest', 'run', '--config', 'vitest-fixture.config.ts', `--outputFile.json=${file}`)
    const report = JSON.parse(readFileSync(file, 'utf8')) as {
      testResults: { assertionResults: { title: string; failureMessages: string[] }[] }[]
    }
    rmSync(dirname(file), { recursive: true })
    const messages = Object.fromEntries(
      report.testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .map(({ title, failureMessages }) => [title, failureMessages.join('\n')]),
    )
    expect(messages['changes something and fails']).toContain(
      `expected 'cluster' to be 'another' // Object.is equality

changed in cluster since the test began:
  ~ configmaps default/kept: data.size "1" → "2"
  + configmaps default/new
  ~ secrets default/secret: data.key differs
`,
    )
    expect(messages['changes something and fails']).not.toContain('b3RoZXI')
    expect(messages['fails alone']).not.toContain('changed in')
    expect(messages['has less time than a wait usually takes']).toMatch(
      /not within [1-9]?\d{3} ms: [^\n]+\n {2}size: expected "3", found "1"/,
    )
    expect(messages['is fine']).toBe('')
  })
})

describe('with node:test', () => {
  it('a failed test tells what it changed, and no test sees the one before', async () => {
    const output = await run(
      process.execPath,
      ...['--conditions=@odfmo/source', '--test', '--test-reporter=tap', 'failing.node-fixture.ts'],
    )
    const outcomes = [...output.matchAll(/^ {4}((?:not )?ok) \d+ - (.*)$/gm)].map(
      ([, outcome, name]) => `${outcome}: ${name}`,
    )
    expect(outcomes).toEqual([
      'not ok: changes something and fails',
      'ok: finds what the file began with',
      'not ok: has less time than a wait usually takes',
      'not ok: never ends',
      'ok: is left out # SKIP',
      'ok: is to be written # TODO',
      'ok: has a cluster of its own',
      'ok: and so has the next',
      'ok: has a namespace of its own',
    ])
    const report = output.replaceAll(String.raw`\\n`, '\n').replaceAll(String.raw`\n`, '\n')
    expect(report).toContain('~ configmaps default/kept: data.size "1" → "2"')
    expect(report).toContain('expected ConfigMap default/kept in hub\n')
    expect(report).toContain('+ configmaps default/late')
  })
})
