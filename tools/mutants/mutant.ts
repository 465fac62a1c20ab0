import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'

/** A defect as a patch of our sources, and the tests that must notice it. */
export interface Mutant {
  /** `01-validation-before-deletion`: file name without its ending. */
  readonly name: string
  /** 1 to 20: of the table of the original's defects; above: other sentences of the specification. */
  readonly number: number
  /** The sentence of the specification that it breaks. */
  readonly sentence: string
  /** Path of the patch from the root. */
  readonly file: string
  /** The files that it changes, from the root. */
  readonly changes: readonly string[]
  /** Test files from the root. */
  readonly tests: readonly string[]
  /** Only tests whose full name contains one of these; empty: all of the files. */
  readonly names: readonly string[]
}

/** A patch whose header or content cannot be used; says which and why. */
export class MutantError extends Error {
  override readonly name = 'MutantError'
}

/** How many defects the table has. */
export const lastDefect = 20

/** The folder of each package that has mutants. */
const mutantFolders: readonly string[] = [
  'packages/hub-controller/mutants',
  'packages/token-exchange-agent/mutants',
]

/** All mutants, by number and name. Throws a MutantError on a header that says too little. */
export const readMutants = (folders = mutantFolders): readonly Mutant[] =>
  folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder))
        .filter((file) => file.endsWith('.patch'))
        .map((file) => {
          const name = `${folder}/${file}`
          return parseMutant(name, readFileSync(path.join(root, name), 'utf8'))
        }),
    )
    .toSorted((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))

/** Reads the lines before the first `---`: `Field: value`, a field may come more than once. */
export const parseMutant = (file: string, text: string): Mutant => {
  const name = path.basename(file, '.patch')
  const begin = text.search(/^--- /m)
  if (begin < 0) throw new MutantError(`${file}: it changes no file`)
  const fields = [...text.slice(0, begin).matchAll(/^(\w+): (.+)$/gm)].map(([, key = '', value = '']) => ({
    key,
    value: value.trim(),
  }))
  const all = (key: string): readonly string[] =>
    fields.filter((field) => field.key === key).map(({ value }) => value)
  const one = (key: string): string => {
    const [value, ...more] = all(key)
    if (value === undefined || more.length > 0)
      throw new MutantError(`${file}: one line "${key}: …" is needed`)
    return value
  }
  const number = Number(/^(\d+)-/.exec(name)?.[1])
  if (one('Defect') !== (number > lastDefect ? 'none' : String(number)))
    throw new MutantError(
      `${file}: "Defect:" is the number of the file's name, or "none" above ${lastDefect}`,
    )
  const tests = all('Test')
  if (tests.length === 0) throw new MutantError(`${file}: a line "Test: …" is needed`)
  const folder = `packages/${one('Package')}`
  return {
    name,
    number,
    sentence: one('Sentence'),
    file,
    changes: [...text.matchAll(/^--- a\/(.+)$/gm)].map(([, changed = '']) => changed),
    tests: tests.map((test) => `${folder}/${test}`),
    names: all('Name'),
  }
}
