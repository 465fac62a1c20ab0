import { schemaFormsText, schemasText } from './generated/open-api-schemas.ts'
import type { Json } from './open-api-name.ts'

const prefixes: Readonly<Record<string, string>> = {
  '^': 'io.k8s.apimachinery.pkg.apis.meta.v1.',
  '%': 'io.k8s.apimachinery.pkg.',
  '@': 'io.k8s.api.',
}

const longName = (text: string): string => (prefixes[text.charAt(0)] ?? text.charAt(0)) + text.slice(1)

const linesOf = (text: string): string[] => text.trim().split('\n')

/** A form with its holes filled: references by names of schemas, lists by their words. */
const filled = (form: unknown, holes: string[]): unknown => {
  if (Array.isArray(form)) return form.map((item) => filled(item, holes))
  if (typeof form !== 'object' || form === null) return form
  return Object.fromEntries(
    Object.entries(form).map(([key, value]) => {
      if (value !== '~') return [key, filled(value, holes)]
      const hole = holes.shift() ?? ''
      return [
        key,
        key === '$ref' ? `#/components/schemas/${longName(hole)}` : hole.replaceAll('_', ' ').split(','),
      ]
    }),
  )
}

const radix = 36

/** The schemas of built-in types as OpenAPI has them, without descriptions; taken apart when they are asked for. */
export class BuiltInSchemas {
  readonly #forms = linesOf(schemaFormsText)
  readonly #lines = new Map(
    linesOf(schemasText).map((line) => [longName(/^[^ #]+/.exec(line)?.[0] ?? ''), line]),
  )
  readonly #known = new Map<string, Json>()

  /** Undefined when there is no such type. */
  find(name: string): Json | undefined {
    const line = this.#lines.get(name)
    const known = this.#known.get(name)
    if (known !== undefined || line === undefined) return known
    const schema = this.#read(line)
    this.#known.set(name, schema)
    return schema
  }

  #read(line: string): Json {
    const [head = '', own = '', ...fields] = line.split(' ')
    const read = fields.map((field) => /^([^!:]+)(!\d*)?:([^~]+)(?:~(.*))?$/.exec(field) ?? [])
    const [, group, version, kind] = /#([^/]*)\/([^/]+)\/(.+)$/.exec(head) ?? []
    const required = read
      .filter(([, , mark]) => mark !== undefined)
      .map(([, name, mark = '']) => ({ name, place: Number(mark.slice(1)) }))
      .toSorted((left, right) => left.place - right.place)
      .map(({ name }) => name)
    const properties = read.map(([, name = '', , form = '', holes]) => [
      name,
      this.#form(form, holes?.split('~') ?? []),
    ])
    return {
      ...this.#form(own, []),
      ...(required.length === 0 ? {} : { required }),
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) as unknown }),
      ...(kind === undefined ? {} : { 'x-kubernetes-group-version-kind': [{ group, kind, version }] }),
    }
  }

  #form(number: string, holes: string[]): Json {
    return filled(JSON.parse(this.#forms[Number.parseInt(number, radix)] ?? '{}'), holes) as Json
  }
}
