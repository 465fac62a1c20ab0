import { area } from '../conformance-case.ts'
import { cleanUp } from './crds/clean-up.ts'
import { defaults } from './crds/defaults.ts'
import { definitionRules } from './crds/definition-rules.ts'
import { definitionCases } from './crds/definitions.ts'
import { patterns } from './crds/patterns.ts'
import { ratcheting } from './crds/ratcheting.ts'
import { ruleDefinitions } from './crds/rule-definitions.ts'
import { rules } from './crds/rules.ts'
import { selectableFields } from './crds/selectable-fields.ts'
import { serving } from './crds/serving.ts'
import { shape } from './crds/shape.ts'
import { standingFaults } from './crds/standing-faults.ts'
import { storedTypes } from './crds/stored-types.ts'
import { transitions } from './crds/transitions.ts'
import { validation } from './crds/validation.ts'

export const crds = area(
  'CustomResourceDefinitions',
  'crds',
  definitionCases,
  definitionRules,
  ruleDefinitions,
  shape,
  defaults,
  validation,
  patterns,
  rules,
  ratcheting,
  transitions,
  standingFaults,
  storedTypes,
  serving,
  selectableFields,
  cleanUp,
)
