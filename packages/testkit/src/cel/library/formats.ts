import { hasFormat } from '../../schema/formats.ts'
import { labelValueProblems, qualifiedNameProblems } from '../../selectors/label-syntax.ts'
import { label1035Problems, labelProblems, subdomainProblems } from '../../verbs/names.ts'
import { structType } from '../cel-type.ts'
import { LibraryValue, none, Optional } from '../cel-value.ts'
import { global, member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { parseGoUrl, UrlProblem } from '../go-url.ts'

type Problems = (text: string) => readonly string[]

class FormatValue extends LibraryValue {
  override readonly type = structType('kubernetes.NamedFormat')
  readonly problems: Problems

  constructor(problems: Problems) {
    super()
    this.problems = problems
  }

  override equals(other: unknown): boolean {
    return other instanceof FormatValue && other.problems === this.problems
  }
}

/** A prefix may end with a dash: names are made of it. */
const ofPrefix =
  (problems: Problems): Problems =>
  (text) =>
    problems(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)

const uriProblems: Problems = (text) => {
  try {
    parseGoUrl(text)
    return []
  } catch (error) {
    if (error instanceof UrlProblem) return [error.message]
    throw error
  }
}

const ofFormat =
  (format: string, complaint: string): Problems =>
  (text) =>
    hasFormat(format, text) ? [] : [complaint]

const formats: Readonly<Record<string, Problems>> = {
  dns1123Label: labelProblems,
  dns1123Subdomain: subdomainProblems,
  dns1035Label: label1035Problems,
  qualifiedName: qualifiedNameProblems,
  dns1123LabelPrefix: ofPrefix(labelProblems),
  dns1123SubdomainPrefix: ofPrefix(subdomainProblems),
  dns1035LabelPrefix: ofPrefix(label1035Problems),
  labelValue: labelValueProblems,
  uri: uriProblems,
  uuid: ofFormat('uuid', 'does not match the UUID format'),
  byte: ofFormat('byte', 'invalid base64'),
  date: ofFormat('date', 'invalid date'),
  datetime: ofFormat('date-time', 'invalid datetime'),
}

const validate = ({ problems }: FormatValue, text: string): Optional => {
  const found = problems(text)
  return found.length === 0 ? none : new Optional(found)
}

/** Kubernetes' named formats. */
export const formatLibrary = (): Library => {
  const values = new Map(Object.entries(formats).map(([name, problems]) => [name, new FormatValue(problems)]))
  return [
    ...[...values].map(([name, value]) => global(`format.${name}(): kubernetes.NamedFormat`, () => value)),
    global('format.named(string): optional<kubernetes.NamedFormat>', (name: string) => {
      const value = values.get(name)
      return value === undefined ? none : new Optional(value)
    }),
    member('kubernetes.NamedFormat.validate(string): optional<list<string>>', validate),
  ]
}
