import { keyText } from '@odfmo/api-types/meta'
import type { Account, LastWrite } from './account.ts'
import type { PlannedWrite } from './plan.ts'
import { refText, stateText, type Wait, type Why } from './why.ts'

/** An aggregate reads or is named by everything: the first ones show what they are. */
const shown = 10

/** `why` for people: an indented paragraph for each answer; a sentence when there is none. */
export const whyText = (answers: readonly Why[]): string =>
  answers.length === 0
    ? 'Nothing is known of it: no object names it, and nothing of it is left.\n'
    : answers.map((one) => `${lines(one).join('\n')}\n`).join('\n')

/** `plan` for people: a line for each write; a sentence when there is none. */
export const planText = (writes: readonly PlannedWrite[]): string =>
  writes.length === 0 ? 'Nothing would be written.\n' : writes.map((write) => `${planLine(write)}\n`).join('')

const lines = (why: Why): readonly string[] => [
  `${refText({ kind: why.kind, ...why.key })}${why.subresource === undefined ? '' : ` (${why.subresource})`}, by rule ${why.derived}`,
  `  state: ${stateText(why.state)}`,
  ...section('wanted by', [
    ...(why.always ? ['this service itself'] : []),
    ...why.wantedBy.map((one) => refText(one)),
  ]),
  ...section('computed from', readLines(why)),
  ...(why.waitsFor.length === 0
    ? []
    : ['  waits for:', ...why.waitsFor.flatMap((wait) => waitLines(wait, 2))]),
  `  last: ${lastText(why)}`,
]

const section = (title: string, items: readonly string[]): readonly string[] => [
  `  ${title}:${items.length === 0 ? ' nothing' : ''}`,
  ...items.slice(0, shown).map((item) => `    ${item}`),
  ...(items.length > shown ? [`    and ${items.length - shown} more`] : []),
]

const readLines = ({ read }: Account): readonly string[] => [
  ...read.objects.map(
    (one) =>
      `${refText({ kind: one.kind, ...pick(one) })} [${one.parts.join(', ')}]${one.there ? '' : ', not there'}`,
  ),
  ...read.buckets.map(
    ({ kind, index, value, namespace, parts, objects }) =>
      `${kind} by ${index} "${value}"${namespace === undefined ? '' : ` in ${namespace}`} [${parts.join(', ')}]: ${objects}`,
  ),
  ...read.lists.map(({ kind, parts, objects }) => `every ${kind} [${parts.join(', ')}]: ${objects}`),
  ...read.states.map(({ derived, key }) => `the state of ${derived} ${keyText(key)}`),
]

const pick = ({ namespace, name }: { readonly namespace?: string; readonly name: string }) =>
  namespace === undefined ? { name } : { namespace, name }

const waitLines = ({ what, because }: Wait, depth: number): readonly string[] => [
  `${'  '.repeat(depth)}${what}`,
  ...because.flatMap((wait) => waitLines(wait, depth + 1)),
]

const lastText = ({ evaluatedAt, lastWrite, retries }: Account): string =>
  [
    evaluatedAt === undefined ? 'not evaluated yet' : `evaluated ${timeText(evaluatedAt)}`,
    lastWrite === undefined ? 'not written by this process' : writeText(lastWrite),
    ...(retries === 0 ? [] : [`tried again ${retries} times`]),
  ].join('; ')

const writeText = ({ verb, paths, outcome, at }: LastWrite): string =>
  `${verb}${paths.length === 0 ? '' : ` ${paths.join(', ')}`} at ${timeText(at)}: ${outcome}`

const planLine = ({ by, verb, kind, key, subresource, paths, confirm, held }: PlannedWrite): string =>
  [
    `${verb} ${refText({ kind, ...key })}${subresource === undefined ? '' : `/${subresource}`} (rule ${by})`,
    ...(paths.length === 0 ? [] : [paths.join(', ')]),
    ...(confirm ? ['after a look at fresh reads'] : []),
    ...(held === undefined ? [] : [`held: ${held}`]),
  ].join('; ')

const timeText = (ms: number): string => new Date(ms).toISOString()
