import { area } from '../conformance-case.ts'
import { fields } from './strategic/fields.ts'
import { lists } from './strategic/lists.ts'

export const strategic = area('strategic merge patch', 'strategic', lists, fields)
