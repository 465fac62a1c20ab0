import { dynType, elementOf, isDynOrError, isSameType, valueOf } from './cel-type.ts'
import type { CelType } from './cel-type.ts'

/** What type parameters stand for, by their names. */
export type Substitutions = ReadonlyMap<string, CelType>

/** What was known, and what is found out: kept only when all agrees. */
class Growing {
  readonly added = new Map<string, CelType>()
  readonly #known: Substitutions

  constructor(known: Substitutions) {
    this.#known = known
  }

  get(name: string): CelType | undefined {
    return this.added.get(name) ?? this.#known.get(name)
  }

  set(name: string, type: CelType): void {
    this.added.set(name, type)
  }
}

/** Kinds that were nullable before there were wrappers. */
const nullable: ReadonlySet<string> = new Set(['opaque', 'struct', 'duration', 'timestamp', 'null'])

const isEqualOrLessSpecific = (left: CelType, right: CelType): boolean => {
  if (left.kind === 'dyn' || left.kind === 'parameter') return true
  if (right.kind === 'dyn' || right.kind === 'parameter' || left.kind !== right.kind) return false
  switch (left.kind) {
    case 'opaque':
    case 'list':
    case 'map':
      return (
        left.name === right.name &&
        left.parameters.length === right.parameters.length &&
        left.parameters.every((parameter, at) =>
          isEqualOrLessSpecific(parameter, right.parameters[at] ?? dynType),
        )
      )
    case 'type':
      return true
    case 'bool':
    case 'bytes':
    case 'double':
    case 'duration':
    case 'error':
    case 'int':
    case 'null':
    case 'string':
    case 'struct':
    case 'timestamp':
    case 'uint':
      return isSameType(left, right)
  }
}

/** Of two types that agree. */
export const mostGeneral = (left: CelType, right: CelType): CelType =>
  isEqualOrLessSpecific(left, right) ? left : right

/** Whether a type does not have another in it, which would have no end. */
const isFree = (known: Growing, type: CelType, within: CelType): boolean => {
  if (isSameType(type, within)) return false
  if (within.kind === 'parameter') {
    const stands = known.get(within.name)
    return stands === undefined || isFree(known, type, stands)
  }
  return within.parameters.every((parameter) => isFree(known, type, parameter))
}

/** Whether `parameter` can stand for `type`; `unknown` when it stands for nothing yet and cannot. */
const stands = (known: Growing, type: CelType, parameter: CelType): boolean | 'unknown' => {
  if (isSameType(type, parameter)) return true
  const before = known.get(parameter.name)
  if (before !== undefined) {
    if (isSameType(type, before)) return true
    if (!agrees(known, type, before)) return false
    const general = mostGeneral(type, before)
    if (isFree(known, parameter, general)) known.set(parameter.name, general)
    return true
  }
  if (!isFree(known, parameter, type)) return 'unknown'
  known.set(parameter.name, type)
  return true
}

const agrees = (known: Growing, left: CelType, right: CelType): boolean => {
  if (right.kind === 'parameter') {
    const answer = stands(known, left, right)
    if (answer !== 'unknown') return answer
  }
  if (left.kind === 'parameter') return stands(known, right, left) === true
  if (isDynOrError(left) || isDynOrError(right)) return true
  if (left.kind === 'null') return nullable.has(right.kind)
  if (right.kind === 'null') return nullable.has(left.kind)
  if (left.kind !== right.kind) return false
  if (left.kind === 'type') return true
  return left.name === right.name && allAgree(known, left.parameters, right.parameters)
}

const allAgree = (known: Growing, left: readonly CelType[], right: readonly CelType[]): boolean =>
  left.length === right.length && left.every((type, at) => agrees(known, type, right[at] ?? dynType))

/** Whether all types agree with those of the other list; if so, adds what parameters stand for. */
export const unify = (
  known: Map<string, CelType>,
  left: readonly CelType[],
  right: readonly CelType[],
): boolean => {
  const growing = new Growing(known)
  if (!allAgree(growing, left, right)) return false
  for (const [name, type] of growing.added) known.set(name, type)
  return true
}

/** A type with its parameters replaced by what they stand for; by dyn where that is not known, if `isLast`. */
export const substitute = (known: Substitutions, type: CelType, isLast = false): CelType => {
  if (type.kind === 'parameter') {
    const found = known.get(type.name)
    if (found !== undefined) return substitute(known, found, isLast)
    return isLast ? dynType : type
  }
  if (type.parameters.length === 0) return type
  return { ...type, parameters: type.parameters.map((parameter) => substitute(known, parameter, isLast)) }
}

/** What a comprehension over a type gives, one variable or two; undefined when it cannot be gone through. */
export const iterated = (range: CelType, hasTwo: boolean): readonly [CelType, CelType] | undefined => {
  switch (range.kind) {
    case 'list':
      return hasTwo
        ? [{ kind: 'int', name: 'int', parameters: [] }, elementOf(range)]
        : [elementOf(range), dynType]
    case 'map':
      return [elementOf(range), valueOf(range)]
    case 'dyn':
    case 'error':
    case 'parameter':
      return [dynType, dynType]
    case 'bool':
    case 'bytes':
    case 'double':
    case 'duration':
    case 'int':
    case 'null':
    case 'opaque':
    case 'string':
    case 'struct':
    case 'timestamp':
    case 'type':
    case 'uint':
      return undefined
  }
}
