import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bundleIn } from './bundled-packages.ts'
import { thirdPartyNotices } from './third-party-notices.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'odfmo-sbom-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (file: string, content: unknown): void => {
  const place = path.join(folder, file)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content))
}

const service = (): string => path.join(folder, 'packages/service')

/** A service of one file and two packages, one of them with a folder that has a manifest of its own. */
const build = (inputs: Readonly<Record<string, number>>): void => {
  write('packages/service/package.json', { name: '@odfmo/service', version: '0.1.0', license: 'Apache-2.0' })
  write('node_modules/left/package.json', { name: 'left', version: '1.0.0', license: 'MIT' })
  write('node_modules/left/LICENSE.md', 'Left may be used.\n')
  write('node_modules/left/esm/package.json', { type: 'module' })
  write('node_modules/right/package.json', { name: 'right', version: '2.0.0', license: 'ISC' })
  write('packages/service/dist/main.js.LEGAL.txt', 'left/esm/borrowed.js: by somebody else\n')
  const bytes = Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }])
  write('packages/service/dist/metafile-esm.json', {
    outputs: {
      'dist/main.js.LEGAL.txt': { inputs: {} },
      'dist/main.js': { inputs: Object.fromEntries(bytes) },
      'dist/late-ABC.js': { inputs: { '../../node_modules/left/late.js': { bytesInOutput: 5 } } },
    },
  })
}

it('lists the packages that are really inside, with the files that they came in', () => {
  build({
    'src/main.ts': 100,
    '../../node_modules/left/esm/index.js': 10,
    '../../node_modules/left/index.js?early': 3,
    '../../node_modules/right/index.js': 0,
    'used-of:right': 50,
  })
  const { files, packages } = bundleIn(service())
  expect(files).toEqual(['late-ABC.js', 'main.js'])
  expect(packages.map(({ name, version, licence, bytes }) => ({ name, version, licence, bytes }))).toEqual([
    { name: '@odfmo/service', version: '0.1.0', licence: 'Apache-2.0', bytes: 100 },
    { name: 'left', version: '1.0.0', licence: 'MIT', bytes: 18 },
  ])
})

it('gives the texts of the licences, and what single files ask for', () => {
  build({ 'src/main.ts': 1, '../../node_modules/left/index.js': 1, '../../node_modules/right/index.js': 1 })
  const text = thirdPartyNotices(bundleIn(service()))
  expect(text).toContain('left 1.0.0, MIT\n\nLeft may be used.\n')
  expect(text).toContain('right 2.0.0, ISC\n\nIt comes without a text of its licence.\n')
  expect(text).toContain('left/esm/borrowed.js: by somebody else')
  expect(text).not.toContain('@odfmo/service')
})

it('refuses a package that says nothing of its licence', () => {
  build({ '../../node_modules/left/index.js': 1 })
  write('node_modules/left/package.json', { name: 'left', version: '1.0.0' })
  expect(() => bundleIn(service())).toThrow(/left\/package\.json: expected a license/)
})

it('says how one builds what has not been built', () => {
  expect(() => bundleIn(path.join(folder, 'nowhere'))).toThrow('run npm run build first')
})
