import { invalid } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { partsOf } from './schema-parts.ts'
import type { SchemaPart } from './schema-parts.ts'
import type { StructuralSchema, ValidationRule } from './structural-schema.ts'

const texts = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g

/** Whether a rule compares with what was there before. */
const usesOld = ({ rule }: ValidationRule): boolean => /\boldSelf\b/.test((rule ?? '').replace(texts, ''))

const isTold = (schema: StructuralSchema, { of }: SchemaPart): boolean =>
  of !== 'items' || schema['x-kubernetes-list-type'] === 'map'

/**
 * Rules with `oldSelf` where no old value can be told: in lists that are not maps.
 * `within`: the outermost of these around the schema.
 */
export const transitionErrors = (schema: StructuralSchema, path: string, within?: string): FieldError[] => [
  ...(schema['x-kubernetes-validations'] ?? []).flatMap((rule, at) => {
    const place = `${path}.x-kubernetes-validations[${at}]`
    if (!usesOld(rule))
      return rule.optionalOldSelf === undefined
        ? []
        : [
            invalid(
              `${place}.optionalOldSelf`,
              rule.optionalOldSelf,
              'may not be set if oldSelf is not used in rule',
            ),
          ]
    return within === undefined
      ? []
      : [
          invalid(
            `${place}.rule`,
            rule.rule,
            `oldSelf cannot be used on the uncorrelatable portion of the schema within ${within}`,
          ),
        ]
  }),
  ...partsOf(schema, path).flatMap((part) =>
    transitionErrors(part.schema, part.path, within ?? (isTold(schema, part) ? undefined : path)),
  ),
]
