import { area } from '../conformance-case.ts'
import { denials } from './policies/denials.ts'
import { evaluation } from './policies/evaluation.ts'
import { kinds } from './policies/kinds.ts'
import { matching } from './policies/matching.ts'
import { parameters } from './policies/parameters.ts'
import { validation } from './policies/validation.ts'

export const policies = area(
  'ValidatingAdmissionPolicies',
  'policies',
  kinds,
  validation,
  denials,
  matching,
  parameters,
  evaluation,
)
