import { area } from '../conformance-case.ts'
import { bodies } from './crud/bodies.ts'
import { dataObjects } from './crud/data-objects.ts'
import { defaults } from './crud/defaults.ts'
import { lifecycle } from './crud/lifecycle.ts'
import { names } from './crud/names.ts'
import { namespaces } from './crud/namespaces.ts'
import { podSpecs } from './crud/pod-specs.ts'
import { representations } from './crud/representations.ts'
import { requests } from './crud/requests.ts'
import { validation } from './crud/validation.ts'

export const crud = area(
  'CRUD and errors',
  'crud',
  lifecycle,
  names,
  bodies,
  requests,
  validation,
  representations,
  dataObjects,
  namespaces,
  defaults,
  podSpecs,
)
