import { clone, isJsonObject } from '../kube-object.ts'
import { JsonDocument, JsonPatchError, MissingPathError } from './json-document.ts'

const pointerOf = (operation: Readonly<Record<string, unknown>>, field: 'path' | 'from'): string => {
  const pointer = operation[field]
  if (typeof pointer !== 'string') throw new JsonPatchError(`an operation has no ${field}`)
  return pointer
}

const apply = (document: JsonDocument, operation: Readonly<Record<string, unknown>>): void => {
  const value = clone(operation['value'])
  switch (operation['op']) {
    case 'add':
      document.add(pointerOf(operation, 'path'), value)
      return
    case 'remove':
      document.remove(pointerOf(operation, 'path'))
      return
    case 'replace':
      document.replace(pointerOf(operation, 'path'), value)
      return
    case 'move':
      document.move(pointerOf(operation, 'from'), pointerOf(operation, 'path'))
      return
    case 'copy':
      document.copy(pointerOf(operation, 'from'), pointerOf(operation, 'path'))
      return
    case 'test':
      document.test(pointerOf(operation, 'path'), value)
      return
    default:
      throw new JsonPatchError(`Unexpected kind: ${String(operation['op'])}`, true)
  }
}

const missing = (
  operation: Readonly<Record<string, unknown>>,
  { message, isKey }: MissingPathError,
): string => {
  const op = String(operation['op'])
  const why = isKey
    ? `doc is missing key: ${message}`
    : op === 'test'
      ? `is missing path: ${message}`
      : (op === 'move' || op === 'copy') && message === operation['from']
        ? `doc is missing from path: ${message}`
        : op === 'replace'
          ? `doc is missing path: ${message}`
          : `doc is missing path: ${JSON.stringify(message)}`
  return `${op} operation does not apply: ${why}: missing value`
}

const failed = ({ op, path, from }: Readonly<Record<string, unknown>>, message: string): string => {
  // of a move the library says the last step of where it is from
  const at = op === 'move' && typeof from === 'string' ? from.slice(from.lastIndexOf('/') + 1) : path
  return `error in ${String(op)} for path: '${String(at)}': ${message}`
}

/** Says with an error which operation it is of. */
const applyInTurn = (document: JsonDocument, operation: Readonly<Record<string, unknown>>): void => {
  try {
    apply(document, operation)
  } catch (error) {
    if (!(error instanceof JsonPatchError) || error.isWhole) throw error
    throw new JsonPatchError(
      error instanceof MissingPathError ? missing(operation, error) : failed(operation, error.message),
      true,
    )
  }
}

/** RFC 6902, as the real server has it (see JsonDocument). Changes nothing in `target`; throws JsonPatchError. */
export const jsonPatch = (target: unknown, patch: readonly unknown[]): unknown => {
  const document = new JsonDocument(clone(target))
  for (const operation of patch) applyInTurn(document, isJsonObject(operation) ? operation : {})
  return document.value
}
