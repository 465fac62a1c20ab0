import type { FieldError } from '../field-error.ts'
import { defaultErrors } from './default-errors.ts'
import { hasUnsupported, ownSchemaErrors } from './own-schema-errors.ts'
import { ruleErrors } from './rule-errors.ts'
import { branchesOf, partsOf } from './schema-parts.ts'
import { structuralErrors } from './structural-errors.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { transitionErrors } from './transition-errors.ts'

const allRuleErrors = (schema: StructuralSchema, path: string): FieldError[] => [
  ...ruleErrors(schema, path),
  ...[...partsOf(schema, path), ...branchesOf(schema, path)].flatMap((part) =>
    allRuleErrors(part.schema, part.path),
  ),
]

/** Of a rule that was compiled, or could not be. */
const isCompiled = ({ field, reason }: FieldError): boolean =>
  reason !== 'FieldValueRequired' && /\.(?:rule|messageExpression)$/.test(field)

/** What keeps a schema from being one of a CustomResourceDefinition. */
export const definedSchemaErrors = (schema: StructuralSchema, path: string): FieldError[] => {
  const own = ownSchemaErrors(schema, path)
  if (hasUnsupported(schema)) return own
  const structural = structuralErrors(schema, path)
  // each is looked at only when those before it are right
  const ofDefaults = structural.length > 0 ? [] : defaultErrors(schema, path)
  const ofRules = allRuleErrors(schema, path)
  const before = [...structural, ...ofDefaults, ...own, ...ofRules.filter((error) => !isCompiled(error))]
  return structural.length + ofDefaults.length + own.length > 0
    ? before
    : [...before, ...ofRules.filter(isCompiled), ...transitionErrors(schema, path)]
}
