import { isJsonObject, jsonEqual, setField } from '../kube-object.ts'

/** An operation that cannot be applied to this document, in the words of the real server's library. */
export class JsonPatchError extends Error {
  override readonly name: string = 'JsonPatchError'
  /** It says which operation failed. */
  readonly isWhole: boolean

  constructor(message: string, isWhole = false) {
    super(message)
    this.isWhole = isWhole
  }
}

/** There is nothing at a pointer, or nothing above it. */
export class MissingPathError extends JsonPatchError {
  override readonly name = 'MissingPathError'
  /** What is above is there, a list without such an item. */
  readonly isKey: boolean

  constructor(pointer: string, isKey = false) {
    super(pointer)
    this.isKey = isKey
  }
}

type Fields = Record<string, unknown>
type Parent = Fields | unknown[]
interface Place {
  readonly parent: Parent
  readonly key: string
}

const sorted = (fields: Fields, write: (value: unknown) => unknown): Fields =>
  Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((name) => [name, write(fields[name])]),
  )

/** The steps of a pointer; undefined when it has none. What stands before the first slash is not looked at. */
const stepsOf = (pointer: string): string[] | undefined => {
  const [, ...steps] = pointer.split('/')
  const decoded = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return decoded.length === 0 ? undefined : decoded
}

const indexOf = (text: string): number => {
  if (!/^[+-]?\d+$/.test(text))
    throw new JsonPatchError(
      `value was not a proper array index: '${text}': strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return Number(text)
}

/** Indexes below zero count from the end. */
const indexIn = (text: string, length: number): number => {
  const index = indexOf(text)
  const at = index < 0 ? index + length : index
  if (at < 0 || at >= length)
    throw new JsonPatchError(`Unable to access invalid index: ${text}: invalid index referenced`)
  return at
}

/**
 * A JSON document that a patch is applied to, by the rules of the real server's library rather than those of RFC 6902
 * where they differ: `replace` adds a field that is missing, a missing one equals null, `copy` of one makes null.
 */
export class JsonDocument {
  #root: unknown
  /** What the patch has looked into: its fields are written in the order of their names. */
  readonly #opened = new Set<unknown>()

  /** Takes `root` and changes it. */
  constructor(root: unknown) {
    this.#root = root
    this.#opened.add(root)
  }

  /** The document as it is now. */
  get value(): unknown {
    return this.#written(this.#root)
  }

  add(pointer: string, value: unknown): void {
    this.#insert(this.#placeOf(pointer), value)
  }

  remove(pointer: string): void {
    this.#take(this.#placeOf(pointer))
  }

  replace(pointer: string, value: unknown): void {
    if (pointer === '') {
      if (typeof value !== 'object' || value === null)
        throw new JsonPatchError('only an object or a list can replace the document')
      this.#root = value
      this.#opened.add(value)
      return
    }
    const { parent, key } = this.#placeOf(pointer)
    if (Array.isArray(parent)) {
      if (/^\d+$/.test(key) && Number(key) >= parent.length) throw new MissingPathError(pointer, true)
      parent[indexIn(key, parent.length)] = value
    } else setField(parent, key, value)
  }

  move(from: string, pointer: string): void {
    const moved = this.#take(this.#placeOf(from))
    this.add(pointer, moved)
  }

  copy(from: string, pointer: string): void {
    const copied = structuredClone(this.#written(this.#get(this.#placeOf(from))))
    this.add(pointer, copied)
  }

  test(pointer: string, value: unknown): void {
    const found = pointer === '' ? this.#root : this.#get(this.#placeOf(pointer))
    if (!jsonEqual(found ?? null, value ?? null))
      throw new JsonPatchError(`testing value ${pointer} failed: test failed`, true)
    this.#open(found)
  }

  #written(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#written(item))
    if (!isJsonObject(value)) return value
    if (this.#opened.has(value)) return sorted(value, (field) => this.#written(field))
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, this.#written(field)]))
  }

  #open(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    this.#opened.add(value)
    for (const inner of Object.values(value)) this.#open(inner)
  }

  #placeOf(pointer: string): Place {
    const steps = stepsOf(pointer)
    const key = steps?.pop()
    if (steps === undefined || key === undefined) throw new MissingPathError(pointer)
    let parent = this.#root as Parent
    for (const step of steps) {
      const next = this.#get({ parent, key: step })
      if (typeof next !== 'object' || next === null) throw new MissingPathError(pointer)
      parent = next as Parent
      this.#opened.add(parent)
    }
    return { parent, key }
  }

  /** Undefined where an object has no such field. */
  #get({ parent, key }: Place): unknown {
    if (Array.isArray(parent)) return parent[indexIn(key, parent.length)]
    return Object.hasOwn(parent, key) ? parent[key] : undefined
  }

  #insert({ parent, key }: Place, value: unknown): void {
    if (!Array.isArray(parent)) setField(parent, key, value ?? null)
    else if (key === '-') parent.push(value ?? null)
    else parent.splice(indexIn(key, parent.length + 1), 0, value ?? null)
  }

  #take(place: Place): unknown {
    const { parent, key } = place
    const found = this.#get(place)
    if (Array.isArray(parent)) parent.splice(indexIn(key, parent.length), 1)
    else if (Object.hasOwn(parent, key)) delete parent[key]
    else throw new JsonPatchError(`Unable to remove nonexistent key: ${key}: missing value`)
    return found
  }
}
