import { Checker } from './checker.ts'
import type { Declarations } from './checker.ts'
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  stringType,
  structType,
  timestampType,
  typeType,
  uintType,
} from './cel-type.ts'
import type { CelType } from './cel-type.ts'
import { checkConstants } from './constants.ts'
import { functionTable } from './functions.ts'
import type { FunctionTable } from './functions.ts'
import { CompileError } from './issue.ts'
import { literalIssues } from './literal-issues.ts'
import { authorizerLibrary } from './library/authorizer.ts'
import { collectionLibrary, optionalLibrary } from './library/collections.ts'
import { conversionLibrary } from './library/conversions.ts'
import { formatLibrary } from './library/formats.ts'
import { listLibrary } from './library/lists.ts'
import { networkLibrary } from './library/network.ts'
import { quantityLibrary } from './library/quantity.ts'
import { regexLibrary } from './library/regex.ts'
import { semverLibrary } from './library/semver.ts'
import { standardLibrary } from './library/standard.ts'
import { stringLibrary } from './library/strings.ts'
import { timeLibrary } from './library/time.ts'
import { urlLibrary } from './library/urls.ts'
import { ExpressionTooLarge, tooDeep } from './limits.ts'
import { parse } from './parser.ts'
import { planned } from './program.ts'
import type { Program } from './program.ts'

let known: FunctionTable | undefined

/** All functions; made when an expression is first compiled, most clusters never do. */
const functions = (): FunctionTable => {
  known ??= functionTable([
    standardLibrary(),
    conversionLibrary(),
    timeLibrary(),
    stringLibrary(),
    listLibrary(),
    collectionLibrary(),
    optionalLibrary(),
    regexLibrary(),
    urlLibrary(),
    networkLibrary(),
    quantityLibrary(),
    semverLibrary(),
    formatLibrary(),
    authorizerLibrary(),
  ])
  return known
}

const named: readonly CelType[] = [
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  listType(dynType),
  mapType(dynType, dynType),
  nullType,
  stringType,
  timestampType,
  typeType(),
  uintType,
  structType('net.IP'),
  structType('net.CIDR'),
]

const typeNames = new Map(named.map((type) => [type.name, type]))

/** A type with fields, by its name. */
export type StructTypes = ReadonlyMap<string, ReadonlyMap<string, CelType>>

export interface Compiled {
  /** Of its value. */
  readonly type: CelType
  readonly run: Program
  /** The variables that it speaks of. */
  readonly names: ReadonlySet<string>
}

/** What expressions of one place may speak of: its variables, and all functions of Kubernetes 1.35. */
export class CelEnvironment {
  readonly #variables: ReadonlyMap<string, CelType>
  readonly #structs: StructTypes
  /** Expressions are few, and compiled again and again: by whoever validates them, and by whoever runs them. */
  readonly #compiled = new Map<string, Compiled>()

  constructor(variables: Readonly<Record<string, CelType>>, structs: StructTypes = new Map()) {
    this.#variables = new Map(Object.entries(variables))
    this.#structs = structs
  }

  /** Throws CompileError and InstantiationError. */
  compile(text: string): Compiled {
    const before = this.#compiled.get(text)
    if (before !== undefined) return before
    const compiled = this.#made(text)
    if (this.#compiled.size > 1_000) this.#compiled.clear()
    this.#compiled.set(text, compiled)
    return compiled
  }
  #made(text: string): Compiled {
    const declarations: Declarations = {
      variables: this.#variables,
      functions: functions(),
      typeNames,
      fieldsOf: (type) => this.#structs.get(type),
    }
    try {
      const expr = parse(text)
      const checker = new Checker(declarations)
      const type = checker.check(expr)
      const issues =
        checker.issues.length > 0
          ? checker.issues
          : literalIssues(expr, declarations.functions, (part) => checker.typeOf(part))
      if (issues.length > 0) throw new CompileError(text, issues)
      checkConstants(expr, declarations.functions)
      return { type, run: planned(expr, declarations), names: checker.names }
    } catch (error) {
      // the stack ends before the limit where chains are in chains
      if (error instanceof RangeError) throw tooDeep(text)
      if (error instanceof ExpressionTooLarge) throw error.toCompileError(text)
      throw error
    }
  }
}
