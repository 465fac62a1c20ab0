import { area } from '../conformance-case.ts'
import { builtInStatus } from './status/built-in.ts'
import { customStatus } from './status/custom.ts'
import { scales } from './status/scale.ts'

export const status = area('status and generation', 'status', customStatus, builtInStatus, scales)
