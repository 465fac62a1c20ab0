import { childrenOf, dottedOf, readDer } from './der-reader.ts'
import type { DerValue } from './der-reader.ts'

/** The subjectAltName extension: who else the owner of a certificate is. */
export interface AlternativeNames {
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
}

const extensionRequestOid = '1.2.840.113549.1.9.14'
const alternativeNamesOid = '2.5.29.17'
const tags = { email: 0x81, dns: 0x82, uri: 0x86, address: 0x87 }

const addressText = (bytes: Buffer): string => {
  if (bytes.length === 4) return [...bytes].join('.')
  const groups = Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16))
  return groups.join(':')
}

const isOid = (value: DerValue | undefined, dotted: string): boolean =>
  value !== undefined && dottedOf(value.content) === dotted

/** The names that the attributes of a certificate request ask for. */
export const readAlternativeNames = (attributes: DerValue | undefined): AlternativeNames => {
  const extensions = (attributes === undefined ? [] : childrenOf(attributes))
    .map(childrenOf)
    .filter(([type]) => isOid(type, extensionRequestOid))
    .flatMap(([, values]) => (values === undefined ? [] : childrenOf(values)))
    .flatMap(childrenOf)
    .map(childrenOf)
  const names = extensions
    .filter(([type]) => isOid(type, alternativeNamesOid))
    .flatMap((parts) => {
      const content = parts.at(-1)?.content
      return content === undefined ? [] : childrenOf(readDer(content))
    })
  const texts = (tag: number): string[] =>
    names.filter((name) => name.tag === tag).map(({ content }) => content.toString('latin1'))
  return {
    dnsNames: texts(tags.dns),
    addresses: names.filter(({ tag }) => tag === tags.address).map(({ content }) => addressText(content)),
    emails: texts(tags.email),
    uris: texts(tags.uri),
  }
}
