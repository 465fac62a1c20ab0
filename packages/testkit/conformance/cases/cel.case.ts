import { area } from '../conformance-case.ts'
import { language } from './cel/language.ts'
import { limits } from './cel/limits.ts'
import { libraries } from './cel/libraries.ts'
import { schemas } from './cel/schemas.ts'

export const cel = area('CEL', 'cel', language, libraries, limits, schemas)
