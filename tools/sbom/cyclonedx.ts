import { createHash } from 'node:crypto'
import type { NpmPackage } from './npm-package.ts'

/** One thing that a product consists of. */
export interface Component {
  readonly type: 'application' | 'container' | 'library'
  /** With its scope: `@noble/hashes`. */
  readonly name: string
  readonly version?: string
  readonly description?: string
  /** An SPDX expression; left out: not known. */
  readonly licence?: string
  /** Package URL, by which databases of vulnerabilities find it; left out: no registry has it. */
  readonly purl?: string
  /** The same, where those go by vendor and product. */
  readonly cpe?: string
  /** Of the file that it is, lower-case hex. */
  readonly sha256?: string
  /** Of what a registry has, as lockfiles write it: `sha512-` and base64. */
  readonly integrity?: string
  /** What it was compiled from. */
  readonly parts?: readonly Component[]
}

/** What a bill of materials tells. */
export interface BillOfMaterials {
  readonly subject: Component
  /** All that the subject consists of, in any order. */
  readonly components: readonly Component[]
  /** Who needs what, by components; left out: the subject needs all. */
  readonly needs?: ReadonlyMap<Component, readonly Component[]>
  /** When the product was made; left out: not told. */
  readonly madeAt?: Date
}

/** A package of npm as a component. */
export const npmComponent = ({ name, version, licence, isPrivate }: NpmPackage): Component => ({
  type: isPrivate ? 'application' : 'library',
  name,
  version,
  licence,
  ...(isPrivate ? {} : { purl: `pkg:npm/${name.replace('@', '%40')}@${version}` }),
})

/**
 * A software bill of materials as a CycloneDX 1.6 document. The same content gives the same text, byte for byte, in whatever
 * order it comes: its serial number is computed from what it says.
 */
export const cycloneDx = ({ subject, components, needs, madeAt }: BillOfMaterials): string => {
  const dependencies = needs ?? new Map([[subject, components]])
  const content = {
    metadata: {
      ...(madeAt === undefined ? {} : { timestamp: madeAt.toISOString().replace('.000Z', 'Z') }),
      supplier: { name: 'odfmo' },
      component: entry(subject),
    },
    components: components.map(entry).toSorted(byRef),
    dependencies: [subject, ...components]
      .map((one) => ({
        ref: refOf(one),
        dependsOn: [...new Set((dependencies.get(one) ?? []).map(refOf))].toSorted(),
      }))
      .toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
  }
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/** Unique in a document. */
const refOf = ({ type, name, version, purl }: Component): string =>
  purl ?? `${type}:${name}${version === undefined ? '' : `@${version}`}`

interface Entry {
  readonly 'bom-ref': string
  readonly [field: string]: unknown
}

const entry = (one: Component): Entry => {
  const [, group, name = one.name] = /^(@[^/]+)\/(.*)$/.exec(one.name) ?? []
  return {
    type: one.type,
    'bom-ref': refOf(one),
    ...(group === undefined ? {} : { group }),
    name,
    ...optional('version', one.version),
    ...optional('description', one.description),
    ...hashesOf(one),
    ...(one.licence === undefined ? {} : { licenses: [licenceEntry(one.licence)] }),
    ...optional('cpe', one.cpe),
    ...optional('purl', one.purl),
    ...(one.parts === undefined ? {} : { components: one.parts.map(entry).toSorted(byRef) }),
  }
}

const optional = (key: string, value: string | undefined): object =>
  value === undefined ? {} : { [key]: value }

const hashesOf = ({ sha256, integrity }: Component): object => {
  const digest = /^sha512-(.+)$/.exec(integrity ?? '')?.[1]
  const hashes = [
    ...(sha256 === undefined ? [] : [{ alg: 'SHA-256', content: sha256 }]),
    ...(digest === undefined
      ? []
      : [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }]),
  ]
  return hashes.length === 0 ? {} : { hashes }
}

const licenceEntry = (licence: string): object =>
  licence.includes(' ') ? { expression: licence } : { license: { id: licence } }

const byRef = (a: Entry, b: Entry): number => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)

/** 128 bits of a hash, marked as a UUID of one's own making (version 8). */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
