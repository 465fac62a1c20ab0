import { describe, expect, it } from 'vitest'
import { cycloneDx, npmComponent, type Component } from './cyclonedx.ts'

const subject: Component = { type: 'container', name: 'shop', version: '1.2.3' }
const scoped = npmComponent({
  name: '@noble/hashes',
  version: '2.4.0',
  licence: 'MIT',
  isPrivate: false,
  folder: '',
  licenceTexts: [],
})
const runtime: Component = {
  type: 'library',
  name: 'libgcc-s1',
  version: '12.2.0-14',
  licence: 'GPL-3.0-or-later WITH GCC-exception-3.1',
  purl: 'pkg:deb/debian/libgcc-s1@12.2.0-14',
}
const stray: Component = { type: 'library', name: 'libodd.so.1', sha256: 'ab'.repeat(32) }

const parsed = (components: readonly Component[]): Record<string, unknown> =>
  JSON.parse(cycloneDx({ subject, components })) as Record<string, unknown>

describe('a bill of materials', () => {
  it('is the same text in whatever order its components come', () => {
    expect(cycloneDx({ subject, components: [scoped, runtime, stray] })).toBe(
      cycloneDx({ subject, components: [stray, scoped, runtime] }),
    )
  })

  it('has another serial number for another content, in the form of a UUID', () => {
    const [one, other] = [parsed([scoped]), parsed([runtime])].map(({ serialNumber }) => serialNumber)
    expect(one).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(other).not.toBe(one)
  })

  it('says what is known of each component, and nothing else', () => {
    expect(parsed([scoped, runtime, stray])['components']).toEqual([
      {
        type: 'library',
        'bom-ref': 'library:libodd.so.1',
        name: 'libodd.so.1',
        hashes: [{ alg: 'SHA-256', content: 'ab'.repeat(32) }],
      },
      {
        type: 'library',
        'bom-ref': 'pkg:deb/debian/libgcc-s1@12.2.0-14',
        name: 'libgcc-s1',
        version: '12.2.0-14',
        licenses: [{ expression: 'GPL-3.0-or-later WITH GCC-exception-3.1' }],
        purl: 'pkg:deb/debian/libgcc-s1@12.2.0-14',
      },
      {
        type: 'library',
        'bom-ref': 'pkg:npm/%40noble/hashes@2.4.0',
        group: '@noble',
        name: 'hashes',
        version: '2.4.0',
        licenses: [{ license: { id: 'MIT' } }],
        purl: 'pkg:npm/%40noble/hashes@2.4.0',
      },
    ])
  })

  it('has the digest of what a registry has, in hexadecimal', () => {
    const integrity = `sha512-${Buffer.alloc(64, 0xab).toString('base64')}`
    expect(parsed([{ ...scoped, integrity }])['components']).toMatchObject([
      { hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }] },
    ])
  })

  it('lets the subject need everything, unless it is told who needs what', () => {
    expect(parsed([scoped, stray])['dependencies']).toEqual([
      { ref: 'container:shop@1.2.3', dependsOn: ['library:libodd.so.1', 'pkg:npm/%40noble/hashes@2.4.0'] },
      { ref: 'library:libodd.so.1', dependsOn: [] },
      { ref: 'pkg:npm/%40noble/hashes@2.4.0', dependsOn: [] },
    ])
    const needs = new Map([
      [subject, [stray]],
      [stray, [scoped]],
    ])
    expect(JSON.parse(cycloneDx({ subject, components: [scoped, stray], needs }))).toMatchObject({
      dependencies: [
        { ref: 'container:shop@1.2.3', dependsOn: ['library:libodd.so.1'] },
        { ref: 'library:libodd.so.1', dependsOn: ['pkg:npm/%40noble/hashes@2.4.0'] },
        { ref: 'pkg:npm/%40noble/hashes@2.4.0', dependsOn: [] },
      ],
    })
  })

  it('tells when the product was made, if that is known', () => {
    const madeAt = new Date('2026-11-22T10:00:00Z')
    expect(JSON.parse(cycloneDx({ subject, components: [], madeAt }))).toMatchObject({
      metadata: { timestamp: '2026-11-22T10:00:00Z' },
    })
    expect(parsed([])['metadata']).not.toHaveProperty('timestamp')
  })
})
