import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

/** Requests as anybody could make them, to try what an approver lets through. A small DER writer, for tests only. */
export interface RequestFields {
  readonly commonNames?: readonly string[]
  readonly organisations?: readonly string[]
  /** Further subject attributes: object identifier → value. */
  readonly otherAttributes?: Readonly<Record<string, string>>
  /** Subject alternative names: context tag → values (1 e-mail, 2 DNS, 6 URI, 7 IP). */
  readonly names?: readonly (readonly [tag: number, value: string])[]
  readonly key?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  /** Signs with another key than the one in the request. */
  readonly signWith?: KeyObject
  readonly signatureAlgorithm?: string
  readonly digest?: string | null
  /** DER behind the algorithm's identifier. */
  readonly algorithmParameters?: Uint8Array
  /** Further extensions that are asked for: object identifier → DER. */
  readonly extensions?: Readonly<Record<string, Uint8Array>>
  /** Tag of the subject's strings. */
  readonly stringTag?: number
}

const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** One key pair serves most tests: making them is slow. */
export const testKey = keys()
export const otherKey = keys()

export const der = (tag: number, ...contents: readonly Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(contents)
  const { length } = content
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...header]), content])
}

const oid = (text: string): Uint8Array => {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return der(0x06, Buffer.from(octets))
}

const attribute = (type: string, value: string, tag: number): Uint8Array =>
  der(0x31, der(0x30, oid(type), der(tag, Buffer.from(value))))

export const requestDer = (fields: RequestFields = {}): Uint8Array => {
  const {
    commonNames = [],
    organisations = [],
    otherAttributes = {},
    names = [],
    key = testKey,
    stringTag = 0x0c,
    extensions: more = {},
  } = fields
  const subject = der(
    0x30,
    ...organisations.map((value) => attribute('2.5.4.10', value, stringTag)),
    ...commonNames.map((value) => attribute('2.5.4.3', value, stringTag)),
    ...Object.entries(otherAttributes).map(([type, value]) => attribute(type, value, stringTag)),
  )
  const alternative = der(0x30, ...names.map(([tag, value]) => der(0x80 | tag, Buffer.from(value))))
  const extension = (type: string, value: Uint8Array) => der(0x30, oid(type), der(0x04, value))
  const all = [
    ...(names.length === 0 ? [] : [extension('2.5.29.17', alternative)]),
    ...Object.entries(more).map(([type, value]) => extension(type, value)),
  ]
  const extensions = der(0x30, ...all)
  const attributes = der(
    0xa0,
    ...(all.length === 0 ? [] : [der(0x30, oid('1.2.840.113549.1.9.14'), der(0x31, extensions))]),
  )
  const spki = key.publicKey.export({ type: 'spki', format: 'der' })
  const info = der(0x30, der(0x02, Buffer.from([0])), subject, spki, attributes)
  const signature = sign(
    fields.digest === undefined ? 'sha256' : fields.digest,
    info,
    fields.signWith ?? key.privateKey,
  )
  return der(
    0x30,
    info,
    der(
      0x30,
      oid(fields.signatureAlgorithm ?? '1.2.840.10045.4.3.2'),
      fields.algorithmParameters ?? Buffer.alloc(0),
    ),
    der(0x03, Buffer.from([0]), signature),
  )
}

export const pemOf = (bytes: Uint8Array, type = 'CERTIFICATE REQUEST'): string => {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n')
}

export const requestPem = (fields: RequestFields = {}): string => pemOf(requestDer(fields))
