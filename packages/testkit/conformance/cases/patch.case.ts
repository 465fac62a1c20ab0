import { area } from '../conformance-case.ts'
import { json } from './patch/json.ts'
import { merge } from './patch/merge.ts'
import { requests } from './patch/requests.ts'

export const patch = area('merge and JSON patch', 'patch', merge, json, requests)
