import { area } from '../conformance-case.ts'
import { builtIn } from './tables/built-in.ts'
import { custom } from './tables/custom.ts'

export const tables = area('tables', 'tables', builtIn, custom)
