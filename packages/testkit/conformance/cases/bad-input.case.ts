import { area } from '../conformance-case.ts'
import { bodies } from './bad-input/bodies.ts'
import { requests } from './bad-input/requests.ts'

export const badInput = area('bad input', 'bad-input', requests, bodies)
