/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  /** What stands behind BEGIN: `CERTIFICATE`. */
  readonly type: string
  /** Whether there are `Name: value` lines before the content. */
  readonly hasHeaders: boolean
  readonly der: Buffer
}

const blockPattern = /-----BEGIN ([^\n]*?)-----\r?\n([\s\S]*?)-----END \1-----/g
const headerPattern = /^[^\n:]+:[^\n]*$/m
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/

/** The blocks of a text in their order; whatever stands between them is passed over, as is a block that is no base64. */
export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(blockPattern)].flatMap(([, type = '', body = '']) => {
    const hasHeaders = headerPattern.test(body)
    const content = (hasHeaders ? body.slice(body.search(/\r?\n\r?\n/)) : body).replace(/\s/g, '')
    if (!base64Pattern.test(content) || content.length % 4 !== 0) return []
    return [{ type, hasHeaders, der: Buffer.from(content, 'base64') }]
  })
