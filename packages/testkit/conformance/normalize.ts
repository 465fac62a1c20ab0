const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const timestamp = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g
const token = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g
/** `ResourceVersion in precondition: 1, ResourceVersion in object meta: 12`, `too old resource version: 1 (12)`. */
const versionInText = /(resource ?version[^\d"]{0,40}?)\d+(?: \(\d+\)|, current: \d+)?/gi
/** Of an OpenAPI document, in the URL that it is at. */
const documentHash = /hash=[0-9A-F]{128}/g
const quotedVersion = /(\\?"resourceVersion\\?":\\?")(\d+)/g
/** Where a server keeps an object: each has a prefix of its own. */
const storageKey = /(\bKey: \/)[\w-]+(?=\/)/g
/** Base64 of a PEM text, as certificates and requests for them are sent: their keys are new ones each time. */
const base64Pem = /LS0tLS1CRUdJTi[\w+/]+={0,2}/g
/** Where something listens that a case started: a webhook. */
const address = /\b127\.0\.0\.1:\d+/g
/** The certificate that a user came with. */
const certificateHash = /X509SHA256=[0-9a-f]{64}/g
/** `3s`, `2m5s`: how long ago something was, in a row of a table. */
const age = /^(?:\d+[ydhms]){1,2}$/
const dayMs = 86_400_000

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Replaces what differs from run to run, the same thing by the same text throughout one case. */
export class Normalizer {
  readonly #uids = new Map<string, string>()
  readonly #versions = new Map<string, string>()
  readonly #generated = new Map<string, string>()
  readonly #continueTokens = new Set<string>()
  readonly #serverUrl: string
  readonly #startedAt: number

  /** `startedAt`: milliseconds since the epoch; only times around it are of this run. */
  constructor(serverUrl: string, startedAt: number) {
    this.#serverUrl = serverUrl
    this.#startedAt = startedAt
  }

  /**
   * A copy: uids become `<uid 1>`, versions of objects `<version 1>` (the same number where they are equal), versions of
   * lists and bookmarks `<version>`, times of this run `<time>` or `<microtime>`, generated names `PREFIX*`, ages in
   * tables `<age>`, tokens of pages `<continue>`, certificates `<PEM KIND>`.
   */
  value(value: unknown): unknown {
    this.#learn(value)
    return this.#replaced(value, false)
  }

  text(text: string): string {
    let result = text.replaceAll(this.#serverUrl, '<server>')
    for (const [name, alias] of this.#generated) result = result.replaceAll(name, alias)
    for (const written of this.#continueTokens) result = result.replaceAll(written, '<continue>')
    return result
      .replace(uuid, (found) => this.#alias(this.#uids, found, 'uid'))
      .replace(token, '<token>')
      .replace(base64Pem, (found) => pemKindOf(Buffer.from(found, 'base64').toString('latin1')))
      .replace(certificateHash, 'X509SHA256=<hash>')
      .replace(timestamp, (found, fraction: string | undefined) => {
        const isOfThisRun = Math.abs(Date.parse(found) - this.#startedAt) < dayMs
        return isOfThisRun ? (fraction === undefined ? '<time>' : '<microtime>') : found
      })
      .replace(address, '127.0.0.1:<port>')
      .replace(documentHash, 'hash=<hash>')
      .replace(
        quotedVersion,
        (_, start: string, version: string) => `${start}${this.#alias(this.#versions, version, 'version')}`,
      )
      .replace(versionInText, '$1<version>')
      .replace(storageKey, '$1<prefix>')
  }

  #learn(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#learn(item)
    } else if (isObject(value)) {
      const { name, generateName } = value
      if (typeof name === 'string' && typeof generateName === 'string' && name.startsWith(generateName))
        this.#generated.set(name, `${generateName}*`)
      for (const field of Object.values(value)) this.#learn(field)
    }
  }

  #replaced(value: unknown, isCollection: boolean): unknown {
    if (typeof value === 'string') return this.text(value)
    if (Array.isArray(value)) return value.map((item) => this.#replaced(item, false))
    if (!isObject(value)) return value
    const collection = 'items' in value || 'rows' in value || isBookmark(value)
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [
        this.text(name),
        this.#field(name, field, isCollection || collection || isInitialEnd(value)),
      ]),
    )
  }

  #field(name: string, field: unknown, isCollection: boolean): unknown {
    if (name === 'resourceVersion' && typeof field === 'string' && /^\d+$/.test(field))
      return isCollection ? '<version>' : this.#alias(this.#versions, field, 'version')
    // their order is that of their times, which may be a second apart or not
    if (name === 'managedFields' && Array.isArray(field))
      return this.#replaced(field.toSorted(byOwner), false)
    if (name === 'continue' && typeof field === 'string' && field !== '') {
      this.#continueTokens.add(field) // the next request has it
      return '<continue>'
    }
    if (name === 'cells' && Array.isArray(field))
      return field.map((cell: unknown) =>
        typeof cell === 'string' && age.test(cell) ? '<age>' : this.#replaced(cell, false),
      )
    // Only the metadata of a collection, and the object of a bookmark, have a version of no object.
    return this.#replaced(field, isCollection && (name === 'metadata' || name === 'object'))
  }

  #alias(known: Map<string, string>, found: string, what: string): string {
    const alias = known.get(found) ?? `<${what} ${known.size + 1}>`
    known.set(found, alias)
    return alias
  }
}

const ownerOf = (entry: unknown): string => {
  const { operation, manager, subresource, apiVersion } = isObject(entry) ? entry : {}
  return JSON.stringify([operation, manager, subresource, apiVersion])
}

const byOwner = (left: unknown, right: unknown): number => (ownerOf(left) < ownerOf(right) ? -1 : 1)

const pemKindOf = (pem: string): string => {
  const kinds = [...pem.matchAll(/-----BEGIN ([^-]*)-----/g)].map(([, kind]) => kind)
  return `<PEM ${kinds.join(', ')}>`
}

/** The metadata of a bookmark, wherever it stands. */
const isInitialEnd = ({ annotations }: Json): boolean =>
  isObject(annotations) && 'k8s.io/initial-events-end' in annotations

const isBookmark = (value: Json): boolean => value['type'] === 'BOOKMARK'
