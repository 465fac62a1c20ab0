import { noSuchOverload, typeNameOf, typeOf, usable } from './cel-value.ts'
import type { CelType } from './cel-type.ts'
import { parseSignature } from './signature.ts'
import type { Signature } from './signature.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- called only with values of its signature
type Run = (...args: any[]) => unknown

/** One form of a function and what it does; a member's first argument is what it is called on. */
export interface Overload {
  readonly signature: Signature
  readonly run: Run
  /** Not for the compiler: says what it has against values that no other overload takes. */
  readonly isHidden?: boolean
}

export type Library = readonly Overload[]

export const global = (text: string, run: Run): Overload => ({ signature: parseSignature(text, false), run })
export const member = (text: string, run: Run): Overload => ({ signature: parseSignature(text, true), run })

/** Functions by name. */
export type FunctionTable = ReadonlyMap<string, readonly Overload[]>

export const functionTable = (libraries: readonly Library[]): FunctionTable => {
  const table = new Map<string, Overload[]>()
  for (const overload of libraries.flat()) {
    const { name } = overload.signature
    const known = table.get(name)
    if (known === undefined) table.set(name, [overload])
    else known.push(overload)
  }
  return table
}

const fits = (wanted: CelType, value: unknown): boolean => {
  if (wanted.kind === 'dyn' || wanted.kind === 'parameter') return true
  const found = typeOf(value)
  if (found.kind !== wanted.kind || found.name !== wanted.name) return false
  // of a list the first item tells of what it is one
  const [of] = wanted.parameters
  if (of === undefined || !Array.isArray(value) || value.length === 0) return true
  return fits(of, value[0])
}

/** Calls the overload that values fit; throws CelError when there is none. */
export const callFunction = (
  name: string,
  overloads: readonly Overload[],
  args: readonly unknown[],
): unknown => {
  // how many items there are can be told without a look at them
  if (name !== 'size') for (const arg of args) if (Array.isArray(arg)) arg.forEach(usable)
  for (const { signature, run } of overloads)
    if (
      signature.arguments.length === args.length &&
      signature.arguments.every((type, at) => fits(type, args[at]))
    )
      return run(...args)
  throw noSuchOverload(`${name}(${args.map(typeNameOf).join(', ')})`)
}
