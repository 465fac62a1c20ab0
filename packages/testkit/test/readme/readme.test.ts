import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const folder = import.meta.dirname
const read = (path: string): Promise<string> => readFile(join(folder, '../..', path), 'utf8')
const readme = await read('README.md')
const simulators = await read('docs/simulators.md')

const blocksOf = (text: string): string[] =>
  [...text.matchAll(/```ts\n([^]*?)```/g)].map(([, block = '']) => block)

/** Code without its form: a block of the README stands elsewhere, and broken otherwise, in the test that runs it. */
const bare = (code: string): string => code.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '')

const files = (await readdir(folder)).filter((file) => file.endsWith('.example.test.ts'))
const sources = await Promise.all(files.map(async (file) => bare(await readFile(join(folder, file), 'utf8'))))
const isRun = (code: string): boolean => sources.some((source) => source.includes(bare(code)))

it('shows nothing but code that the tests beside this one run', () => {
  const blocks = [...blocksOf(readme), ...blocksOf(simulators)]
  expect(blocks.length).toBeGreaterThan(15)
  expect(blocks.filter((block) => !isRun(block))).toEqual([])
})

it('lists no fault that is not tried', () => {
  const faults = [...readme.matchAll(/`(\{ kind: [^`]+\})`/g)].map(([, code = '']) => code)
  expect(faults.length).toBeGreaterThan(8)
  expect(faults.filter((fault) => !isRun(fault))).toEqual([])
})

it('has an operator of at most 30 lines', () => {
  const block = blocksOf(readme).find((code) => code.includes("name: 'database-operator'"))
  expect(block?.trim().split('\n').length).toBeLessThanOrEqual(30)
})
