import { describe, expect, it } from 'vitest'
import { librarySbom, type PackedLibrary } from './library-sbom.ts'
import { readLockfile } from './lockfile.ts'

const integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`
const lockfile = readLockfile(`
lockfileVersion: '9.0'
importers:
  packages/shop:
    dependencies:
      '@odfmo/basket': { specifier: workspace:*, version: link:../basket }
      left: { specifier: 1.0.0, version: 1.0.0(peer@3.0.0) }
packages:
  left@1.0.0: { resolution: { integrity: ${integrity} } }
  '@scope/right@2.0.0': { resolution: { integrity: ${integrity} } }
snapshots:
  left@1.0.0(peer@3.0.0):
    dependencies: { '@scope/right': 2.0.0 }
  '@scope/right@2.0.0':
    optionalDependencies: { left: 1.0.0(peer@3.0.0) }
`)

const library = (name: string, more: Partial<PackedLibrary>): PackedLibrary => ({
  ...{
    name,
    version: '0.1.0',
    description: 'A thing',
    license: 'Apache-2.0',
    sha256: 'cd'.repeat(32),
    own: [],
    foreign: [],
  },
  ...more,
})
const basket = library('@odfmo/basket', { foreign: ['@scope/right@2.0.0'] })
const shop = library('@odfmo/shop', {
  own: ['@odfmo/basket'],
  foreign: [...lockfile.dependenciesOf('packages/shop').values()],
})
const sbomOf = (one: PackedLibrary) =>
  JSON.parse(
    librarySbom({
      library: one,
      libraries: new Map([basket, shop].map((each) => [each.name, each])),
      lockfile,
      licenceOf: (key) => (key.startsWith('left') ? 'MIT' : undefined),
      madeAt: new Date('2026-11-22T10:00:00Z'),
    }),
  ) as unknown

describe('the bill of materials of a library', () => {
  it('has all that it needs, once, also where packages need each other', () => {
    expect(sbomOf(shop)).toMatchObject({
      metadata: { component: { name: 'shop', hashes: [{ alg: 'SHA-256', content: 'cd'.repeat(32) }] } },
      components: [
        { purl: 'pkg:npm/%40odfmo/basket@0.1.0' },
        { purl: 'pkg:npm/%40scope/right@2.0.0', hashes: [{ alg: 'SHA-512', content: '01'.repeat(64) }] },
        { purl: 'pkg:npm/left@1.0.0', licenses: [{ license: { id: 'MIT' } }] },
      ],
      dependencies: [
        { ref: 'pkg:npm/%40odfmo/basket@0.1.0', dependsOn: ['pkg:npm/%40scope/right@2.0.0'] },
        {
          ref: 'pkg:npm/%40odfmo/shop@0.1.0',
          dependsOn: ['pkg:npm/%40odfmo/basket@0.1.0', 'pkg:npm/left@1.0.0'],
        },
        { ref: 'pkg:npm/%40scope/right@2.0.0', dependsOn: ['pkg:npm/left@1.0.0'] },
        { ref: 'pkg:npm/left@1.0.0', dependsOn: ['pkg:npm/%40scope/right@2.0.0'] },
      ],
    })
  })

  it('is not made of what the lockfile does not have', () => {
    expect(() => sbomOf(library('@odfmo/other', { foreign: ['gone@1.0.0'] }))).toThrow(
      '@odfmo/other needs gone@1.0.0, of which nothing is known',
    )
  })
})

describe('the lockfile', () => {
  it('is refused in a format that was never tried', () => {
    expect(() => readLockfile("lockfileVersion: '10.0'")).toThrow(
      'pnpm-lock.yaml: expected lockfileVersion 9.0, found 10.0',
    )
  })

  it('is refused where it does not say what a package is', () => {
    const text =
      "lockfileVersion: '9.0'\npackages: { a@1.0.0: { resolution: {} } }\nsnapshots: { a@1.0.0: {} }\n"
    expect(() => readLockfile(text)).toThrow('pnpm-lock.yaml: a@1.0.0 has no integrity')
  })
})
