import { area } from '../conformance-case.ts'
import { identity } from './concurrency/identity.ts'
import { versions } from './concurrency/versions.ts'

export const concurrency = area('optimistic concurrency', 'concurrency', versions, identity)
