import fc from 'fast-check'
import type { S3Profile } from '../profile.ts'
import { profile } from './edits.ts'

/** A stretch of a text; `of`: whose entry it goes with, when it does; `keep`: no edit may change it. */
export interface Piece {
  readonly text: string
  readonly keep: boolean
  readonly of?: string
}

const kept = (text: string): Piece => ({ text, keep: true })
const ours = (text: string): Piece => ({ text, keep: false })

export const clusterNames = ['cluster1', 'cluster2', 'cluster3'] as const

const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 :#'"{}[\],&*!|>%@`~-]{0,12}$/)
/** Text that plain YAML would take for something else. */
const awkward = fc.constantFrom(
  ...['noobaa', 'yes', '12e3', '0x1f', '', ' x ', 'a: b', '# no', '1.5', '~', 'é\u2028', '2001-01-01'],
)

/** One of our profiles, as an agent may have delivered it. */
export const anyProfile = fc
  .tuple(fc.constantFrom(...clusterNames), awkward, fc.constantFrom('odrbucket-1', 'true', 'näme'))
  .map(([cluster, s3Region, s3Bucket]): S3Profile => profile(cluster, { s3Region, s3Bucket }))

const someValue = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.integer().map(String),
  fc.constantFrom('true', '~', '{a: [1, 2]}', "'it''s'", 'grün', '"\\t\\u263a" # said', '!!str 5', '*shared'),
)
const lines = fc.constantFrom(
  '|\n  block # no comment\n  more',
  '>-\n  folded\n\n  more',
  '\n  deep:\n  - 1 # one\n  - {two: 2}',
  '\n  - - x\n    - y',
)
const comment = fc.constantFrom(
  '',
  '',
  '',
  '# c\n',
  '  # indented\n',
  '\n',
  '# s3StoreProfiles: not this one\n',
)
const trailing = fc.constantFrom('', '', ' # c', '   # s3Bucket: no', '\t# tab')

const indented = (text: string, pad: string): string => text.replaceAll('\n', `\n${pad}`)

const rootField = fc
  .tuple(comment, fc.constantFrom('a', 'b', '"c"', 'd', 'health'), fc.oneof(someValue, lines))
  .map(([before, key, value]) => ({ key, text: `${before}${key}: ${value}\n` }))

/** One of our five fields, as somebody may have left it, and what of it is to stay. */
const oldValue = fc.oneof(
  someValue.filter((value) => !value.includes('#') && !value.startsWith('{')).map((value) => [ours(value)]),
  fc.constantFrom('|-\n  old', '|\n  old', '>-\n  old\n  more').map((value) => [ours(value)]),
  fc.constant([ours('|- '), kept('# why'), ours('\n  old')]),
)

const ourEntry = (pad: string, dash: string) =>
  fc
    .record({
      cluster: fc.constantFrom(...clusterNames),
      order: fc.shuffledSubarray(['s3Bucket', 's3Region', 's3CompatibleEndpoint'] as const),
      value: oldValue,
      behind: trailing,
      extra: fc.constantFrom(
        '',
        'caCertificates: "LS0t" # CA\n',
        'veleroNamespaceSecretKeyRef:\n  key: cloud\n',
      ),
      flowRef: fc.boolean(),
      nameFirst: fc.boolean(),
    })
    .map(({ cluster, order, value, behind, extra, flowRef, nameFirst }): readonly Piece[] => {
      const { s3ProfileName, s3SecretRef } = profile(cluster)
      const inner = pad + ' '.repeat(dash.length)
      const name = [kept(`s3ProfileName: ${s3ProfileName}${behind}\n`)]
      const reference = flowRef
        ? [kept(`s3SecretRef: {name: ${s3SecretRef.name}, namespace: theirs}\n`)]
        : [kept(`"s3SecretRef":\n  # whose\n  name: '${s3SecretRef.name}'\n`)]
      const fields = [
        ...order.map((field) => {
          const isBlock = value.some(({ text }) => /^[|>]/.test(text))
          return [kept(`${field}: `), ...value, kept(isBlock ? '\n' : `${behind}\n`)]
        }),
        ...(extra === '' ? [] : [[kept(extra)]]),
        reference,
      ]
      const all = nameFirst ? [name, ...fields] : [...fields, name]
      return all
        .flatMap((pieces, i) => [
          kept(i === 0 ? pad + dash : inner),
          // A field that is missing comes first.
          ...(i === 0 ? [ours('')] : []),
          // A line break within a piece goes on in the entry's column, the one at its end is followed by the next pad.
          ...pieces.map(({ text, keep }) => ({ text: text.replaceAll(/\n(?=.)/gs, `\n${inner}`), keep })),
        ])
        .map((piece) => ({ ...piece, of: s3SecretRef.name }))
    })

const theirEntry = (pad: string, dash: string) =>
  fc
    .tuple(
      comment,
      fc.dictionary(
        fc.constantFrom('caCertificates', 'velero', 's3Bucket', '? odd'),
        fc.oneof(someValue, lines),
        {
          minKeys: 1,
        },
      ),
      fc.constantFrom('theirs', 'theirs2', profile('cluster3').s3ProfileName),
    )
    .map(([before, fields, name]): readonly Piece[] => {
      const inner = pad + ' '.repeat(dash.length)
      const written = Object.entries({ s3ProfileName: name, ...fields })
        .map(([key, value]) => (key === '? odd' ? `? odd\n: ${value}` : `${key}: ${value}`))
        .map((text) => indented(text, inner))
      return [kept(`${before}${pad}${dash}${written.join(`\n${inner}`)}\n`)]
    })

const block = fc
  .tuple(fc.constantFrom('', '  ', '    ', ' '), fc.constantFrom('- ', '-   '), trailing)
  .chain(([pad, dash, behind]) =>
    fc
      .array(fc.oneof(theirEntry(pad, dash), ourEntry(pad, dash)), { minLength: 1, maxLength: 4 })
      .map((entries) => [kept('s3StoreProfiles:'), ours(''), kept(`${behind}\n`), ...entries.flat()]),
  )

const ourFlowEntry = fc
  .tuple(
    fc.constantFrom(...clusterNames),
    someValue.filter((value) => !value.includes('#')),
  )
  .map(([cluster, region]): readonly Piece[] => {
    const { s3ProfileName, s3SecretRef } = profile(cluster)
    return [
      kept('{'),
      ours(''),
      kept(`"s3ProfileName": "${s3ProfileName}", "s3Region": `),
      ours(region),
      kept(`, "s3SecretRef": {"name": "${s3SecretRef.name}"}, k: [1]}`),
    ].map((piece) => ({ ...piece, of: s3SecretRef.name }))
  })

const flow = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc
          .constantFrom('{s3ProfileName: theirs}', '{"s3ProfileName": "t2", "x": [1]}', '{}', 'text')
          .map((text) => [kept(text)]),
        ourFlowEntry,
      ),
      { minLength: 1, maxLength: 3 },
    ),
    fc.constantFrom(', ', ',', ' ,\n  ', ', # comma\n  '),
    trailing,
  )
  .map(([entries, comma, behind]) => [
    kept('s3StoreProfiles: ['),
    // Commas go with the entries they separate.
    ...entries.flatMap((entry, i) => (i === 0 ? entry : [ours(comma), ...entry])),
    ours(''),
    kept(`]${behind}\n`),
  ])

const list = fc.oneof(
  { weight: 4, arbitrary: block },
  { weight: 2, arbitrary: flow },
  fc.constant([]),
  fc.constantFrom([kept('s3StoreProfiles:'), ours(' []'), kept(' # ours go here\n')]),
  fc.constantFrom(
    [kept('"s3StoreProfiles":'), ours(' ~'), kept('\n')],
    [kept('s3StoreProfiles:'), ours(''), kept('\n')],
  ),
)

const prolog = fc.constantFrom('', '', '---\n', '# head\n---\n', '%YAML 1.2\n---\n', '\ufeff', '\n\n')
const epilog = fc.constantFrom('', '', '', '# the end\n', '\n\n', '...\n', '# no line break')

/** A configuration as somebody may have written it, in pieces. */
export const documents = fc
  .record({
    head: prolog,
    before: fc.array(rootField, { maxLength: 2 }),
    entries: list,
    after: fc.array(rootField, { maxLength: 2 }),
    tail: epilog,
    crlf: fc.boolean(),
    lastBreak: fc.boolean(),
  })
  .map(({ head, before, entries, after, tail, crlf, lastBreak }): readonly Piece[] => {
    const seen = new Set<string>()
    const once = (fields: typeof before): readonly Piece[] =>
      fields.flatMap(({ key, text }) => {
        if (seen.has(key)) return []
        seen.add(key)
        return [kept(text)]
      })
    // In use by aliases anywhere behind it.
    const shared = kept('anchored: &shared {x: 1}\n')
    // New entries come behind the list; a list that is missing comes first or last.
    const gap = ours('')
    const body = [shared, ...once(before), ...entries, gap, ...once(after)]
    const all = [kept(head), gap, ...body, gap, kept(tail)]
    const ends = all.flatMap((piece, i) => {
      const isLast = all.slice(i + 1).every(({ text }) => text === '')
      return [!lastBreak && isLast ? { ...piece, text: piece.text.replace(/\n$/, '') } : piece]
    })
    return crlf ? ends.map((piece) => ({ ...piece, text: piece.text.replaceAll('\n', '\r\n') })) : ends
  })

export const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('')

/** What must stand in the edited text, whole and in this order; entries of these secrets are gone. */
export const stays = (pieces: readonly Piece[], dropped: ReadonlySet<string>): readonly string[] => {
  const runs: string[] = []
  let open = false
  for (const { text, keep, of } of pieces) {
    if (!keep || (of !== undefined && dropped.has(of))) open = false
    else if (open) runs.push(`${runs.pop() ?? ''}${text}`)
    else {
      runs.push(text)
      open = true
    }
  }
  return runs
}
