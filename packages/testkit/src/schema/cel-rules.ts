import type { FieldError } from '../field-error.ts'
import type { StructuralSchema } from './structural-schema.ts'

/** What the CEL rules of a schema have against an object; `old` is what it replaces. */
export const evaluateRules = (_schema: StructuralSchema, _object: unknown, _old?: unknown): FieldError[] => []
