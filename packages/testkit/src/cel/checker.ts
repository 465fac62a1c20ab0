import { qualifiedName } from './ast.ts'
import type { CallExpr, ComprehensionExpr, Expr, ListExpr, MapExpr, SelectExpr } from './ast.ts'
import {
  boolType,
  dynType,
  errorType,
  formatType,
  isDynOrError,
  isOptional,
  listType,
  mapType,
  nullType,
  optionalType,
  parameterType,
  typeType,
  unwrapped,
  valueOf,
} from './cel-type.ts'
import type { CelType } from './cel-type.ts'
import { typeOf } from './cel-value.ts'
import type { FunctionTable } from './functions.ts'
import type { Issue } from './issue.ts'
import { checkParts } from './limits.ts'
import { iterated, mostGeneral, substitute, unify } from './unify.ts'

/** What an expression may speak of. */
export interface Declarations {
  readonly variables: ReadonlyMap<string, CelType>
  readonly functions: FunctionTable
  /** Types by the names they have in expressions. */
  readonly typeNames: ReadonlyMap<string, CelType>
  /** The fields of a type; undefined when it has none that can be chosen. */
  readonly fieldsOf: (type: string) => ReadonlyMap<string, CelType> | undefined
}

class Scope {
  readonly #outer: Scope | undefined
  readonly #names: ReadonlyMap<string, CelType>

  constructor(names: ReadonlyMap<string, CelType>, outer?: Scope) {
    this.#names = names
    this.#outer = outer
  }

  find(name: string): CelType | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name)
  }
}

/** How calls are written in complaints: `(int, string)`, `string.(int)`. */
const formatCall = (types: readonly CelType[], isMember: boolean): string => {
  const [target, ...rest] = types
  if (isMember && target !== undefined) return `${formatType(target)}.(${rest.map(formatType).join(', ')})`
  return `(${types.map(formatType).join(', ')})`
}

/** Finds the type of an expression, and what is wrong with it. */
export class Checker {
  readonly issues: Issue[] = []
  /** The variables that the expression speaks of. */
  readonly names = new Set<string>()
  readonly #types = new Map<Expr, CelType>()
  readonly #declarations: Declarations
  readonly #known = new Map<string, CelType>()
  #count = 0
  #visited = 0

  constructor(declarations: Declarations) {
    this.#declarations = declarations
  }

  check(expr: Expr): CelType {
    return substitute(this.#known, this.#type(expr, new Scope(new Map())), true)
  }

  /** What an expression that was checked comes to. */
  typeOf(expr: Expr): CelType {
    return substitute(this.#known, this.#types.get(expr) ?? dynType, true)
  }

  #complain(at: number, message: string): CelType {
    this.issues.push({ at, message })
    return errorType
  }

  #undeclared(at: number, name: string): CelType {
    return this.#complain(at, `undeclared reference to '${name}' (in container '')`)
  }

  #fresh(): CelType {
    this.#count += 1
    return parameterType(`_var${this.#count}`)
  }

  #assignable(left: readonly CelType[], right: readonly CelType[]): boolean {
    return unify(this.#known, left, right)
  }

  #now(type: CelType): CelType {
    return substitute(this.#known, type)
  }

  #type(expr: Expr, scope: Scope): CelType {
    this.#visited += 1
    checkParts(this.#visited)
    const type = this.#found(expr, scope)
    this.#types.set(expr, type)
    return type
  }

  #found(expr: Expr, scope: Scope): CelType {
    switch (expr.kind) {
      case 'literal':
        return expr.value === null ? nullType : typeOf(expr.value)
      case 'ident':
        return this.#ident(expr.name, scope) ?? this.#undeclared(expr.at, expr.name)
      case 'select':
        return this.#select(expr, scope)
      case 'call':
        return this.#call(expr, scope)
      case 'list':
        return this.#list(expr, scope)
      case 'map':
        return this.#map(expr, scope)
      case 'struct':
        return this.#undeclared(expr.at, expr.name)
      case 'comprehension':
        return this.#comprehension(expr, scope)
    }
  }

  #ident(name: string, scope: Scope): CelType | undefined {
    const { variables, typeNames } = this.#declarations
    const local = scope.find(name)
    if (local !== undefined) return local
    const found = variables.get(name)
    if (found !== undefined) {
      this.names.add(name)
      return found
    }
    const type = typeNames.get(name)
    return type === undefined ? undefined : typeType(type)
  }

  #select(expr: SelectExpr, scope: Scope): CelType {
    const name = qualifiedName(expr)
    const type = name === undefined ? undefined : this.#ident(name, scope)
    if (type !== undefined) return type
    const result = this.#field(expr.at, this.#type(expr.operand, scope), expr.field)
    return expr.isTest ? boolType : this.#now(result)
  }

  #field(at: number, of: CelType, field: string, makesOptional = false): CelType {
    const operand = this.#now(of)
    const type = this.#fieldOf(at, unwrapped(operand), field)
    return isOptional(operand) || makesOptional ? optionalType(type) : type
  }

  #fieldOf(at: number, type: CelType, field: string): CelType {
    if (type.kind === 'map') return valueOf(type)
    if (type.kind === 'struct') {
      const fields = this.#declarations.fieldsOf(type.name)
      return fields?.get(field) ?? this.#complain(at, `undefined field '${field}'`)
    }
    if (type.kind === 'parameter') this.#assignable([dynType], [type])
    else if (!isDynOrError(type))
      this.#complain(at, `type '${formatType(type)}' does not support field selection`)
    return dynType
  }

  #call(expr: CallExpr, scope: Scope): CelType {
    const { name, target, args, at } = expr
    if (name === '_?._') {
      const [operand, field] = args
      const chosen = field?.kind === 'literal' ? String(field.value) : ''
      const type = operand === undefined ? dynType : this.#type(operand, scope)
      return this.#now(this.#field(at, type, chosen, true))
    }
    const { functions } = this.#declarations
    const types = args.map((argument) => this.#type(argument, scope))
    if (target === undefined) {
      if (!functions.has(name)) return this.#undeclared(at, name)
      return this.#resolve(expr, name, types, false)
    }
    const prefix = qualifiedName(target)
    if (prefix !== undefined && functions.has(`${prefix}.${name}`))
      return this.#resolve(expr, `${prefix}.${name}`, types, false)
    const receiver = this.#type(target, scope)
    if (!functions.has(name)) return this.#undeclared(at, name)
    return this.#resolve(expr, name, [receiver, ...types], true)
  }

  #resolve(expr: CallExpr, name: string, types: readonly CelType[], isMember: boolean): CelType {
    if (name === '_&&_' || name === '_||_') return this.#logic(expr, types)
    let result: CelType | undefined
    for (const { signature, isHidden } of this.#declarations.functions.get(name) ?? []) {
      if (signature.isMember !== isMember || isHidden === true) continue
      const own = new Map<string, CelType>()
      const fresh = (type: CelType): CelType => {
        if (type.kind !== 'parameter')
          return type.parameters.length === 0 ? type : { ...type, parameters: type.parameters.map(fresh) }
        const known = own.get(type.name) ?? this.#fresh()
        own.set(type.name, known)
        return known
      }
      const wanted = signature.arguments.map(fresh)
      const gives = fresh(signature.result)
      if (!this.#assignable(types, wanted)) continue
      const found = this.#now(gives)
      if (result === undefined) result = found
      else if (result.kind !== 'dyn' && formatType(found) !== formatType(result)) result = dynType
    }
    if (result !== undefined) return result
    const shown = types.map((type) => substitute(this.#known, type, true))
    return this.#complain(
      expr.at,
      `found no matching overload for '${name}' applied to '${formatCall(shown, isMember)}'`,
    )
  }

  #logic({ args }: CallExpr, types: readonly CelType[]): CelType {
    let isWrong = false
    for (const [at, type] of types.entries()) {
      if (this.#assignable([type], [boolType])) continue
      isWrong = true
      const shown = formatType(substitute(this.#known, type))
      this.#complain(args[at]?.at ?? 0, `expected type 'bool' but found '${shown}'`)
    }
    return isWrong ? errorType : boolType
  }

  /** What two elements have in common; that they are the same is looked at later. */
  #join(before: CelType | undefined, next: CelType): CelType {
    if (before === undefined) return next
    return this.#assignable([before], [next]) ? mostGeneral(before, next) : dynType
  }

  #optionalValue(at: number, type: CelType): CelType {
    const now = this.#now(type)
    if (isOptional(now) || now.kind === 'dyn') return unwrapped(now)
    return this.#complain(
      at,
      `expected type '${formatType(optionalType(now))}' but found '${formatType(now)}'`,
    )
  }

  #list({ elements, optional }: ListExpr, scope: Scope): CelType {
    let of: CelType | undefined
    for (const [at, element] of elements.entries()) {
      const type = this.#type(element, scope)
      of = this.#join(of, optional.has(at) ? this.#optionalValue(element.at, type) : type)
    }
    return listType(of ?? this.#fresh())
  }

  #map({ entries }: MapExpr, scope: Scope): CelType {
    let [keys, values]: (CelType | undefined)[] = []
    for (const { key, value, isOptional: mayBeMissing } of entries) {
      keys = this.#join(keys, this.#type(key, scope))
      const type = this.#type(value, scope)
      values = this.#join(values, mayBeMissing ? this.#optionalValue(value.at, type) : type)
    }
    return mapType(keys ?? this.#fresh(), values ?? this.#fresh())
  }

  #comprehension(expr: ComprehensionExpr, scope: Scope): CelType {
    const range = this.#now(this.#type(expr.range, scope))
    const start = this.#type(expr.start, scope)
    if (range.kind === 'parameter') this.#assignable([dynType], [range])
    const types = iterated(range, expr.variable2 !== undefined)
    if (types === undefined)
      this.#complain(
        expr.range.at,
        `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      )
    const [first, second] = types ?? [errorType, errorType]
    const outer = new Scope(new Map([[expr.accumulator, start]]), scope)
    const inner = new Map([[expr.variable, first]])
    if (expr.variable2 !== undefined) inner.set(expr.variable2, second)
    const loop = new Scope(inner, outer)
    this.#assert(expr.condition, boolType, loop)
    this.#assert(expr.step, start, loop)
    return this.#now(this.#type(expr.result, outer))
  }

  #assert(expr: Expr, wanted: CelType, scope: Scope): void {
    const type = this.#type(expr, scope)
    if (this.#assignable([wanted], [type])) return
    this.#complain(
      expr.at,
      `expected type '${formatType(this.#now(wanted))}' but found '${formatType(this.#now(type))}'`,
    )
  }
}
