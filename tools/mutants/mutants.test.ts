import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../command/root.ts'
import { lastDefect, parseMutant, readMutants } from './mutant.ts'
import { mutatedFiles } from './mutated-files.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-mutants-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const mutants = readMutants()

describe('the mutants', () => {
  it('put every defect of the table back', () => {
    const numbers = new Set(mutants.map(({ number }) => number))
    for (let number = 1; number <= lastDefect; number += 1) expect(numbers).toContain(number)
  })

  it('say one sentence for one number', () => {
    const sentences = new Map<number, string>()
    for (const { number, sentence, file } of mutants) {
      expect(sentences.get(number) ?? sentence, file).toBe(sentence)
      sentences.set(number, sentence)
    }
  })

  it.each(mutants)('$name applies to the sources as they are, and its tests are there', (mutant) => {
    mutatedFiles(mutant, path.join(folder, mutant.name))
    for (const test of mutant.tests) {
      const file = path.join(root, test)
      expect(existsSync(file), test).toBe(true)
      // A name that a describe.each makes is not found here; none is used.
      const text = readFileSync(file, 'utf8')
      for (const name of mutant.names) expect(text).toContain(name)
    }
  })
})

describe('a patch that is of no use', () => {
  const header = 'Defect: 1\nSentence: a\nPackage: hub-controller\nTest: src/x.test.ts\n'
  const change = '--- a/LICENSE\n+++ b/LICENSE\n@@ -1 +1 @@\n-no such line\n+x\n'

  it('is told when its header says too little', () => {
    expect(() => parseMutant('x/01-a.patch', header)).toThrow('it changes no file')
    expect(() => parseMutant('x/02-a.patch', header + change)).toThrow('"Defect:" is the number')
    expect(() => parseMutant('x/01-a.patch', header.replace(/Test.*/, '') + change)).toThrow('"Test: …"')
    expect(() => parseMutant('x/01-a.patch', header.replace(/Sentence.*/, '') + change)).toThrow(
      '"Sentence: …"',
    )
  })

  it('is told when a file that it changes is not there', () => {
    const file = { file: 'x.patch', changes: ['no/such/file.ts'] }
    expect(() => mutatedFiles(file, path.join(folder, 'missing'))).toThrow('there is no no/such/file.ts')
  })

  it('is told when it no longer applies', () => {
    const [first] = mutants
    const other = { file: first?.file ?? '', changes: ['LICENSE'] }
    expect(() => mutatedFiles(other, path.join(folder, 'other'))).toThrow('does not apply any more')
  })
})
