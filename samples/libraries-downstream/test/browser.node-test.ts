import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'

const { outputFiles, metafile } = await build({
  entryPoints: ['src/browser.ts'],
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2023',
  write: false,
  metafile: true,
})
const [bundle] = outputFiles
assert.ok(bundle)

/** What a page has, and nothing of Node: no process, no Buffer, no require. */
const page = createContext({ TextEncoder, TextDecoder, URL, atob, btoa, structuredClone })
runInContext(bundle.text, page)

/** Across the border of the context go texts: its objects have prototypes of their own. */
const call = (expression: string): unknown => JSON.parse(runInContext(`JSON.stringify(${expression})`, page))

test('the pure libraries run in a page, with the same answers', () => {
  assert.deepEqual(
    runInContext('[typeof process, typeof Buffer, typeof require].join()', page),
    'undefined,undefined,undefined',
  )
  const vectors = readFileSync(new URL('../vectors.json', import.meta.url), 'utf8')
  Object.assign(page, { vectors })
  const { computed, differences } = call('mirrorPreview.compare(JSON.parse(vectors).cases)') as {
    computed: number
    differences: readonly string[]
  }
  assert.deepEqual(differences, [])
  assert.ok(computed >= 50, `${computed} cases`)
  assert.deepEqual(call(`mirrorPreview.preview('{}').ok`), false)
})

test('they bring nothing but themselves and what they say they need', () => {
  const packages = Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  )
  assert.deepEqual([...new Set(packages)].sort(), [
    '@noble/hashes',
    '@odfmo/api-types',
    '@odfmo/secret-exchange',
    '@odfmo/secret-naming',
    'zod',
  ])
})
