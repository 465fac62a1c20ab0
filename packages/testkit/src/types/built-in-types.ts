import { builtInTypesText } from './generated/built-in-types.ts'

/**
 * What a value is. Plain: `s` text, `b` boolean, `i` integer of 32 bits, `l` of 64, `n` number, `B` bytes, `q` quantity, `I` integer or text,
 * `T` time, `M` time with microseconds, `D` duration, `x` any JSON, `r` any object.
 */
export type TypeCode =
  | { readonly kind: 'plain'; readonly letter: string }
  | {
      readonly kind: 'list'
      readonly item: TypeCode
      /** Travels as a message with items. */ readonly isNamed: boolean
    }
  | { readonly kind: 'map'; readonly value: TypeCode }
  | { readonly kind: 'message'; readonly name: string }

export interface TypeField {
  /** Empty for a part whose fields stand beside the others. */
  readonly name: string
  /** In protobuf. */
  readonly number: number
  /** Absence differs from a zero value. */
  readonly isPointer: boolean
  /** Written to JSON when it is empty too. */
  readonly isAlwaysThere: boolean
  readonly type: TypeCode
  /** How a strategic patch merges the list: undefined not at all, empty as a set, else by this key. */
  readonly mergeKey: string | undefined
}

const codeOf = (text: string): TypeCode => {
  const rest = text.slice(1)
  switch (text.charAt(0)) {
    case '*':
      return { kind: 'list', item: codeOf(rest), isNamed: false }
    case '^':
      return { kind: 'list', item: codeOf(rest), isNamed: true }
    case '%':
      return { kind: 'map', value: codeOf(rest) }
    default:
      return text.length === 1 ? { kind: 'plain', letter: text } : { kind: 'message', name: text }
  }
}

export const fieldOf = (text: string): TypeField => {
  const [, name = '', number = '', pointer, always, type = '', mergeKey] =
    /^([^:]*):(\d+)(\?)?(=)?([^!]+)(?:!(.*))?$/.exec(text) ?? []
  return {
    name,
    number: Number(number),
    isPointer: pointer !== undefined,
    isAlwaysThere: always !== undefined,
    type: codeOf(type),
    mergeKey,
  }
}

const readTable = (): ReadonlyMap<string, string> => {
  const lines = builtInTypesText.trim().split('\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
}

/** The fields of the built-in types; a type is taken apart when it is first asked for. */
export class BuiltInTypes {
  readonly #table = readTable()
  readonly #fields = new Map<string, readonly TypeField[]>()

  /** Undefined when there is no such type. */
  fields(name: string): readonly TypeField[] | undefined {
    const known = this.#fields.get(name)
    if (known !== undefined) return known
    const text = this.#table.get(name)
    if (text === undefined) return undefined
    const fields = text === '' ? [] : text.split(' ').map(fieldOf)
    this.#fields.set(name, fields)
    return fields
  }
}

const packages: Readonly<Record<string, string>> = {
  '': 'core',
  'admissionregistration.k8s.io': 'admissionregistration',
  'apiextensions.k8s.io': 'apiextensions',
  apps: 'apps',
  'authentication.k8s.io': 'authentication',
  'authorization.k8s.io': 'authorization',
  autoscaling: 'autoscaling',
  batch: 'batch',
  'certificates.k8s.io': 'certificates',
  'coordination.k8s.io': 'coordination',
  'discovery.k8s.io': 'discovery',
  'events.k8s.io': 'events',
  'networking.k8s.io': 'networking',
  'node.k8s.io': 'node',
  policy: 'policy',
  'rbac.authorization.k8s.io': 'rbac',
  'scheduling.k8s.io': 'scheduling',
  'storage.k8s.io': 'storage',
}

/** The name of a kind's type. */
export const typeNameOf = (apiVersion: string, kind: string): string | undefined => {
  if (kind === 'DeleteOptions') return 'meta.DeleteOptions'
  if (kind === 'Scale') return 'scale.Scale'
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  const home = packages[group]
  return home === undefined ? undefined : `${home}.${kind}`
}
