import type { PathElement } from './path-element.ts'

/** What a single value is checked for. */
export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped'

export interface ListType {
  /** Owned and replaced as a whole. */
  readonly isAtomic: boolean
  /** Of a list that is no whole: what its items are told apart by; none for a set. */
  readonly keys: readonly string[]
  readonly items: FieldType
}

export interface MapType {
  readonly isAtomic: boolean
  /** The type of a declared field. */
  readonly field: (name: string) => FieldType | undefined
  /** Of all other keys; undefined when there may be none. */
  readonly values: FieldType | undefined
  /** What a key of a list's items is when it is left out. */
  readonly defaultOf: (name: string) => unknown
  /** Nothing is known of it: its type follows from the values it has. */
  readonly isDeduced: boolean
}

/** How a value is owned and merged. More than one where values of several forms are allowed. */
export interface FieldType {
  readonly scalar?: ScalarType
  readonly list?: ListType
  readonly map?: MapType
}

/** Whatever it is, it is one value. */
export const untypedAtomic: FieldType = {
  scalar: 'untyped',
  get list() {
    return { isAtomic: true, keys: [], items: untypedAtomic }
  },
  get map() {
    return {
      isAtomic: true,
      field: () => undefined,
      values: untypedAtomic,
      defaultOf: () => undefined,
      isDeduced: false,
    }
  },
}

const deducedMap: MapType = {
  isAtomic: false,
  field: () => undefined,
  get values() {
    return untypedDeduced
  },
  defaultOf: () => undefined,
  isDeduced: true,
}

/** Objects are merged field by field, lists are one value. */
export const untypedDeduced: FieldType = {
  scalar: 'untyped',
  list: { isAtomic: true, keys: [], items: untypedAtomic },
  map: deducedMap,
}

export const freeForm: FieldType = { map: deducedMap }

/** The type of what is below an element; undefined when nothing may be there. */
export const typeBelow = ({ map, list }: FieldType, element: PathElement): FieldType | undefined => {
  if (!element.startsWith('f:')) return list?.items
  return map?.field(element.slice(2)) ?? map?.values
}

export type Form = 'scalar' | 'list' | 'map'

/** Which of the forms of its type a value has; the first of map, scalar and list where it does not tell. */
export const formOf = (type: FieldType, value: unknown): Form => {
  if (Array.isArray(value)) {
    if (type.list !== undefined) return 'list'
  } else if (typeof value === 'object' && value !== null) {
    if (type.map !== undefined) return 'map'
  } else if (value !== undefined && value !== null && type.scalar !== undefined) return 'scalar'
  if (type.map !== undefined) return 'map'
  return type.scalar === undefined ? 'list' : 'scalar'
}
