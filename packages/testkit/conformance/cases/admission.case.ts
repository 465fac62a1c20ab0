import { area } from '../conformance-case.ts'
import { answers } from './admission/answers.ts'
import { configurations } from './admission/configurations.ts'
import { controllers } from './admission/controllers.ts'
import { failures } from './admission/failures.ts'
import { matching } from './admission/matching.ts'
import { mutation } from './admission/mutation.ts'
import { races } from './admission/races.ts'
import { requests } from './admission/requests.ts'

export const admission = area(
  'admission webhooks',
  'admission',
  requests,
  answers,
  mutation,
  matching,
  failures,
  controllers,
  configurations,
  races,
)
