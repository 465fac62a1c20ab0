import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../command/root.ts'
import { oxlintArguments } from './oxlint-arguments.ts'

interface Diagnostic {
  readonly code?: string
  readonly message: string
  readonly help?: string
  readonly filename: string
}

const folder = path.join(import.meta.dirname, 'fixtures/oxlint')
const fixtures = globSync('packages/**/*.ts', { cwd: folder }).sort()
const reported = new Map<string, Diagnostic[]>()

beforeAll(() => {
  const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = spawnSync(process.execPath, [oxlint, ...oxlintArguments, '--format=json', folder], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const diagnostic of (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics) {
    const file = path.relative(folder, path.resolve(root, diagnostic.filename))
    reported.set(file, [...(reported.get(file) ?? []), diagnostic])
  }
})

// One bad file per rule, each beginning with `// reports: <rule>[, saying: <part of the message>]`.
test.each(fixtures)('%s is reported as its first line says', (file) => {
  const [, wanted, saying] =
    /^\/\/ reports: ([^\s,]+)(?:, saying: (.+))?\n/.exec(readFileSync(path.join(folder, file), 'utf8')) ?? []
  const seen = (reported.get(file) ?? []).map(ruleOf)
  expect([...new Set(seen)]).toEqual(wanted === 'nothing' ? [] : [wanted])
  if (saying !== undefined) {
    expect((reported.get(file) ?? []).map(({ message, help }) => `${message} ${help}`).join('\n')).toContain(
      saying,
    )
  }
})

/** `eslint(no-console)` → `eslint/no-console`; a suppression that suppresses nothing has no code. */
function ruleOf({ code, message }: Diagnostic): string {
  if (code === undefined)
    return message.startsWith('Unused oxlint-disable directive') ? 'unused-directive' : message
  return code.replace(/^(.*)\((.*)\)$/, '$1/$2')
}
