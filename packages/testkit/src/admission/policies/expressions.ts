import { boolType, dynType, isSameType, nullType, stringType, structType } from '../../cel/cel-type.ts'
import type { CelType } from '../../cel/cel-type.ts'
import { InstantiationError } from '../../cel/constants.ts'
import { CelEnvironment } from '../../cel/environment.ts'
import { CompileError } from '../../cel/issue.ts'
import type { Program } from '../../cel/program.ts'
import { namespaceType, policyStructs, requestType, variablesType } from './policy-types.ts'

/** Where an expression of admission stands, which decides what it may speak of. */
export interface ExpressionPlace {
  readonly hasParams: boolean
  readonly hasAuthorizer: boolean
  /** The types of the policy's variables so far; undefined where there are none to speak of. */
  readonly variables?: ReadonlyMap<string, CelType>
}

/** What an expression must come to; `any` takes all. */
export type Wanted = 'bool' | 'string' | 'string or null' | 'any'

const wantedTypes: Readonly<Record<Exclude<Wanted, 'any'>, readonly CelType[]>> = {
  bool: [boolType],
  string: [stringType],
  'string or null': [stringType, nullType],
}

export type CompiledExpression =
  | { readonly kind: 'compiled'; readonly type: CelType; readonly run: Program }
  /** In the words of the real server. */
  | { readonly kind: 'wrong'; readonly message: string; readonly isInternal: boolean }

/** As types are called in what expressions must come to. */
const named = ({ name, parameters }: CelType): string =>
  parameters.length === 0 ? name : `${name}(${parameters.map(named).join(', ')})`

const mistyped = (wanted: readonly CelType[], found: CelType): string =>
  wanted.length === 1
    ? `must evaluate to ${wanted.map(named).join()} but got ${named(found)}`
    : `must evaluate to one of [${wanted.map(named).join(' ')}] but got ${named(found)}`

const environmentOf = ({ hasParams, hasAuthorizer, variables }: ExpressionPlace): CelEnvironment =>
  new CelEnvironment(
    {
      object: dynType,
      oldObject: dynType,
      namespaceObject: namespaceType,
      request: requestType,
      ...(hasParams ? { params: dynType } : {}),
      ...(hasAuthorizer
        ? {
            authorizer: structType('kubernetes.authorization.Authorizer'),
            'authorizer.requestResource': structType('kubernetes.authorization.ResourceCheck'),
          }
        : {}),
      ...(variables === undefined ? {} : { variables: variablesType }),
    },
    variables === undefined ? policyStructs : new Map([...policyStructs, [variablesType.name, variables]]),
  )

/** Environments of places without variables: there are four. */
const shared = new Map<string, CelEnvironment>()

const environmentAt = (place: ExpressionPlace): CelEnvironment => {
  if (place.variables !== undefined) return environmentOf(place)
  const key = `${place.hasParams} ${place.hasAuthorizer}`
  const known = shared.get(key) ?? environmentOf(place)
  shared.set(key, known)
  return known
}

/** Compiles an expression of a policy or of the matchConditions of a webhook. */
export const compileExpression = (
  text: string,
  wanted: Wanted,
  place: ExpressionPlace,
): CompiledExpression => {
  try {
    const { type, run } = environmentAt(place).compile(text)
    const types = wanted === 'any' ? [] : wantedTypes[wanted]
    return types.length === 0 || types.some((each) => isSameType(each, type))
      ? { kind: 'compiled', type, run }
      : { kind: 'wrong', message: mistyped(types, type), isInternal: false }
  } catch (error) {
    if (error instanceof CompileError)
      return { kind: 'wrong', message: `compilation failed: ${error.message}`, isInternal: false }
    if (error instanceof InstantiationError)
      return { kind: 'wrong', message: error.message, isInternal: true }
    throw error
  }
}
