import { contract } from '@odfmo/api-types'
import fc from 'fast-check'
import { mutatedBodies } from './mutated-bodies.ts'
import { validReviews } from './valid-reviews.ts'

/** What is sent over a connection of its own, and how it goes on then. */
export interface OddExchange {
  /** What is odd, for a reader. */
  readonly what: string
  readonly pieces: readonly Buffer[]
  /** Instead of TLS the bytes go over TCP as they are. */
  readonly isPlain?: boolean
  readonly next:
    /** So many answers are due. */
    | { readonly is: 'answers'; readonly to: readonly AskedBody[] }
    /** One refusal with one of these statuses is due. */
    | { readonly is: 'refusal'; readonly statuses: readonly number[] }
    /** The client ends its side; what is answered, if anything, has to be right for this body, if it is known. */
    | { readonly is: 'end'; readonly body?: Buffer }
    /** The client goes away at once. */
    | { readonly is: 'reset' }
}

/** A body that is sent whole, and where to. */
export interface AskedBody {
  readonly path: string
  readonly body: Buffer
}

const { mutatePath, validatePath } = contract.webhook

const asked: fc.Arbitrary<AskedBody> = fc.record({
  path: fc.constantFrom(mutatePath, validatePath, `${validatePath}?timeout=10s`),
  body: fc.oneof(
    validReviews.map((review) => Buffer.from(JSON.stringify(review))),
    mutatedBodies.filter((body) => body.length < 20_000),
  ),
})

const head = (path: string, headers: readonly string[], method = 'POST', version = '1.1'): string =>
  [
    `${method} ${path} HTTP/${version}`,
    'Host: webhook',
    'Content-Type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n')

/** A request as it should be. */
export const wholeRequest = ({ path, body }: AskedBody, ...headers: readonly string[]): Buffer =>
  Buffer.concat([Buffer.from(head(path, [...headers, `Content-Length: ${body.length}`])), body])

const cutAt = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const at = [...new Set([0, ...places.map((one) => one % (bytes.length + 1)), bytes.length])].toSorted(
    (a, b) => a - b,
  )
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

const places = fc.array(fc.nat({ max: 0x7fffffff }), { maxLength: 8 })

const chunked = (body: Buffer, at: readonly number[], trailer = ''): Buffer =>
  Buffer.concat([
    ...cutAt(body, at).flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`0\r\n${trailer}\r\n`),
  ])

const pieces = asked.chain((one) =>
  places.map((at): OddExchange => ({
    what: 'a request in pieces',
    pieces: cutAt(wholeRequest(one), at),
    next: { is: 'answers', to: [one] },
  })),
)

const pipelined = fc.array(asked, { minLength: 2, maxLength: 6 }).map((all): OddExchange => ({
  what: 'requests one after another, without waiting',
  pieces: [Buffer.concat(all.map((one) => wholeRequest(one)))],
  next: { is: 'answers', to: all },
}))

const inChunks = fc
  .tuple(asked, places, fc.constantFrom('', 'X-Trailer: 1\r\n'))
  .map(([one, at, trailer]): OddExchange => ({
    what: 'a body in chunks',
    pieces: [
      Buffer.from(head(one.path, ['Transfer-Encoding: chunked'])),
      ...cutAt(chunked(one.body, at, trailer), at),
    ],
    next: { is: 'answers', to: [one] },
  }))

const brokenChunks = fc
  .tuple(
    asked,
    places,
    fc.nat({ max: 0x7fffffff }),
    fc.uint8Array({ minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([{ path, body }, at, where, bytes, withLength]): OddExchange => {
    const framed = chunked(body, at)
    const from = where % framed.length
    const lengths = withLength ? [`Content-Length: ${body.length}`] : []
    return {
      what: 'a body in chunks that are damaged',
      pieces: [
        Buffer.from(head(path, ['Transfer-Encoding: chunked', ...lengths])),
        framed.subarray(0, from),
        Buffer.from(bytes),
        framed.subarray(from + bytes.length),
      ],
      // The damage may be in the body, between two frames that stay whole.
      next: { is: 'end' },
    }
  })

const wrongLengths = fc
  .tuple(
    asked,
    fc.oneof(
      fc.integer({ min: -50, max: 50 }).map((by) => (length: number) => String(length + by)),
      fc
        .constantFrom(
          'abc',
          '-1',
          '+5',
          '1e3',
          '0x10',
          '',
          ' ',
          '99999999999999999999',
          '3 3',
          '5, 5',
          '3145729',
        )
        .map((text) => () => text),
      fc.constant((length: number) => `${length}\r\nContent-Length: ${length + 1}`),
    ),
  )
  .map(([{ path, body }, length]): OddExchange => ({
    what: 'a content length that is wrong',
    pieces: [Buffer.from(head(path, [`Content-Length: ${length(body.length)}`])), body],
    next: { is: 'end', body },
  }))

const halves = fc
  .tuple(asked, fc.nat({ max: 0x7fffffff }), fc.boolean())
  .map(([one, at, isReset]): OddExchange => {
    const whole = wholeRequest(one)
    return {
      what: 'half a request',
      pieces: [whole.subarray(0, at % whole.length)],
      next: isReset ? { is: 'reset' } : { is: 'end', body: one.body },
    }
  })

const noise = fc
  .tuple(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.boolean(),
    fc.constantFrom('', 'POST ', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  )
  .map(([bytes, isPlain, start]): OddExchange => ({
    what: isPlain ? 'noise instead of TLS' : 'noise instead of HTTP',
    pieces: [Buffer.from(start), Buffer.from(bytes)],
    isPlain,
    next: { is: 'end', body: Buffer.from(bytes) },
  }))

const longerThanRead = 3 * 1024 * 1024 + 1
const tooLong = Buffer.alloc(longerThanRead, 0x20)

const refusal = (what: string, statuses: readonly number[], ...sent: readonly Buffer[]): OddExchange => ({
  what,
  pieces: sent,
  next: { is: 'refusal', statuses },
})

const withHead = (text: string): Buffer => Buffer.from(text)

const refused = asked.chain(({ path, body }) => {
  const length = `Content-Length: ${body.length}`
  const plain = (method: string, to: string, type: string, ...more: readonly string[]): Buffer =>
    Buffer.concat([
      withHead(
        [`${method} ${to} HTTP/1.1`, 'Host: webhook', `Content-Type: ${type}`, length, ...more, '', ''].join(
          '\r\n',
        ),
      ),
      body,
    ])
  return fc.constantFrom(
    refusal('another method', [405], plain('PUT', path, 'application/json')),
    refusal('another method', [405], withHead(`GET ${path} HTTP/1.1\r\nHost: webhook\r\n\r\n`)),
    refusal('a method of a proxy', [405], withHead('CONNECT webhook:443 HTTP/1.1\r\nHost: webhook\r\n\r\n')),
    refusal('another path', [404], plain('POST', `${path}/x`.replace('?', '/'), 'application/json')),
    refusal('a path of the language', [404], plain('POST', '/__proto__', 'application/json')),
    refusal('no path', [400], plain('POST', 'constructor', 'application/json')),
    refusal('no type', [415], plain('POST', path, '')),
    refusal('a coding', [415], plain('POST', path, 'application/json', 'Content-Encoding: gzip')),
    refusal(
      'no host',
      [400],
      withHead(`POST ${path} HTTP/1.1\r\nContent-Type: application/json\r\n${length}\r\n\r\n`),
      body,
    ),
    refusal(
      'an expectation nobody knows',
      [417],
      plain('POST', path, 'application/json', 'Expect: miracles'),
    ),
    refusal('a header that is too long', [431], withHead(head(path, [`X: ${'x'.repeat(20_000)}`]))),
    refusal(
      'a body that says it is too long',
      [413],
      withHead(head(path, [`Content-Length: ${longerThanRead}`])),
    ),
    refusal(
      'a body that is too long',
      [413],
      withHead(head(path, [`Content-Length: ${longerThanRead}`])),
      tooLong,
    ),
    refusal(
      'a body in chunks that is too long',
      [413],
      withHead(head(path, ['Transfer-Encoding: chunked'])),
      chunked(tooLong, [70_000]),
    ),
  )
})

const odd = asked.chain((one) =>
  fc.constantFrom<OddExchange>(
    {
      what: 'a client that asks first',
      pieces: [wholeRequest(one, 'Expect: 100-continue')],
      next: { is: 'answers', to: [one] },
    },
    {
      what: 'a client that stays not',
      pieces: [wholeRequest(one, 'Connection: close')],
      next: { is: 'answers', to: [one] },
    },
    {
      what: 'a wish for another protocol',
      pieces: [wholeRequest(one, 'Connection: Upgrade', 'Upgrade: websocket')],
      next: { is: 'end', body: one.body },
    },
    {
      what: 'many headers',
      pieces: [wholeRequest(one, ...Array.from({ length: 500 }, (_, i) => `x${i}: 1`))],
      next: { is: 'end', body: one.body },
    },
    {
      what: 'HTTP of old',
      pieces: [Buffer.from(head(one.path, [`Content-Length: ${one.body.length}`], 'POST', '1.0')), one.body],
      next: { is: 'answers', to: [one] },
    },
  ),
)

/** What clients do that are broken, old, or not what they seem. */
export const oddExchanges: fc.Arbitrary<OddExchange> = fc.oneof(
  pieces,
  pipelined,
  inChunks,
  brokenChunks,
  wrongLengths,
  halves,
  noise,
  refused,
  odd,
)
