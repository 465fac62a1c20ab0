import { ApiError, badRequest } from '../api-error.ts'
import { isJsonObject } from '../kube-object.ts'
import { goQuoted } from '../go-text.ts'
import { duplicateFields } from '../server/json-scanner.ts'
import { readJson } from '../server/read-json.ts'

export interface SentPatch<T> {
  readonly patch: T
  /** What a strict reader has against it. */
  readonly problems: readonly string[]
}

/** Whether fields are checked; a reader that does not check them words its refusals otherwise. */
type IsChecked = boolean

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const cannotUnmarshal = (value: unknown, into: string): string =>
  `json: cannot unmarshal ${kindOf(value)} into Go ${into}`

const readBody = (body: Buffer, prefix: string): { readonly text: string; readonly value: unknown } => {
  const text = body.toString('utf8')
  try {
    return { text, value: readJson(text) }
  } catch (error) {
    throw badRequest(prefix + (error instanceof Error ? error.message : String(error)))
  }
}

const duplicatesIn = (text: string, value: unknown): string[] =>
  duplicateFields(text, value).map((field) => `duplicate field ${goQuoted(field)}`)

/** Reads the object of a merge patch or a strategic one. Throws 400. */
export const readObjectPatch = (body: Buffer, prefix: string): SentPatch<Record<string, unknown> | null> => {
  const { text, value } = readBody(body, prefix)
  if (value !== null && !isJsonObject(value))
    throw badRequest(prefix + cannotUnmarshal(value, 'value of type map[string]interface {}'))
  return { patch: value, problems: duplicatesIn(text, value) }
}

const maxOperations = 10_000
const operationFields = ['op', 'path', 'from', 'value']

const unknownIn = (operation: unknown, at: number): string[] =>
  Object.keys(isJsonObject(operation) ? operation : {})
    .filter((field) => !operationFields.includes(field))
    .map((field) => `unknown field ${goQuoted(`[${at}].${field}`)}`)

const checkOperation = (operation: unknown, isChecked: IsChecked): void => {
  if (operation === null) return
  const type = isChecked ? 'handlers.jsonPatchOp' : 'jsonpatch.Operation'
  if (!isJsonObject(operation)) throw new TypeError(cannotUnmarshal(operation, `value of type ${type}`))
  for (const field of isChecked ? ['op', 'path', 'from'] : []) {
    const value = operation[field] ?? ''
    if (typeof value !== 'string')
      throw new TypeError(cannotUnmarshal(value, `struct field jsonPatchOp.${field} of type string`))
  }
}

/** Reads the operations of a JSON patch. Throws 400, or 413 when there are too many. */
export const readOperations = (body: Buffer, isChecked: IsChecked): SentPatch<readonly unknown[]> => {
  const prefix = isChecked ? 'error decoding patch: ' : ''
  const { text, value } = readBody(body, prefix)
  const list = value ?? []
  const type = isChecked ? '[]handlers.jsonPatchOp' : 'jsonpatch.Patch'
  if (!Array.isArray(list)) throw badRequest(prefix + cannotUnmarshal(list, `value of type ${type}`))
  const patch = list as readonly unknown[]
  try {
    for (const operation of patch) checkOperation(operation, isChecked)
  } catch (error) {
    throw error instanceof TypeError ? badRequest(prefix + error.message) : error
  }
  if (patch.length > maxOperations)
    throw new ApiError(
      413,
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
    )
  const problems = [...duplicatesIn(text, value), ...patch.flatMap(unknownIn)]
  return { patch, problems: problems.map((problem) => `json patch ${problem}`) }
}
