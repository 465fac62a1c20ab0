import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { attempts, type Attempt } from './attempts.ts'
import { hostileAttempts } from './hostile-attempts.ts'

const root = path.join(import.meta.dirname, '../../../..')
const page = readFileSync(path.join(root, 'docs/security.md'), 'utf8')

/** The rows of the first table below a heading, as texts of cells. */
const rowsBelow = (heading: string): readonly (readonly string[])[] => {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const lines = section.split('\n## ')[0]?.split('\n') ?? []
  const first = lines.findIndex((line) => line.startsWith('| '))
  const length = lines.slice(first).findIndex((line) => !line.startsWith('| '))
  return lines
    .slice(first, first + length)
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '))
}

const refusedBy: Readonly<Record<Attempt['refusedBy'], string>> = {
  roles: 'RBAC',
  'agent-mirrorpeers': 'policy `agent-mirrorpeers`, webhook',
  'agent-secrets': 'policy `agent-secrets`',
  'agent-secret-deletions': 'policy `agent-secret-deletions`',
  immutable: 'API server: the field never changes',
}

describe('docs/security.md', () => {
  it('lists what is tried with a stolen identity, and what refuses it, as the test does', () => {
    expect(rowsBelow('A stolen agent identity')).toEqual(
      attempts.map((attempt) => [attempt.what, refusedBy[attempt.refusedBy]]),
    )
  })

  it('lists what hostile agents deliver, and what is said of it, as the test does', () => {
    expect(rowsBelow('Hostile secrets of an agent')).toEqual(
      hostileAttempts.map(({ what, on, says: [condition, reason] }) => [
        what,
        on === 'blue' ? 'token' : 'bucket',
        `\`${condition}\`: \`${reason}\``,
      ]),
    )
  })

  it('names tests that there are', () => {
    const rows = rowsBelow('Rights that nobody gains')
    expect(rows.length).toBeGreaterThan(5)
    for (const [, , test = ''] of rows) {
      const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? []
      const source = readFileSync(path.join(root, 'packages', file), 'utf8')
      expect(source, test).toContain(name)
    }
    for (const [, file = ''] of page.matchAll(/`((?:packages|tools|deploy)\/[\w./-]+\.\w+)`/g))
      expect(existsSync(path.join(root, file)), file).toBe(true)
  })
})
