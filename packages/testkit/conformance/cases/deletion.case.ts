import { area } from '../conformance-case.ts'
import { cascades } from './deletion/cascades.ts'
import { collection } from './deletion/collection.ts'
import { deleteOptions } from './deletion/delete-options.ts'
import { emptying } from './deletion/emptying.ts'
import { finalizers } from './deletion/finalizers.ts'
import { namespaces } from './deletion/namespaces.ts'
import { pods } from './deletion/pods.ts'
import { propagation } from './deletion/propagation.ts'

export const deletion = area(
  'finalizers, deletion, deletecollection',
  'deletion',
  finalizers,
  deleteOptions,
  collection,
  propagation,
  cascades,
  namespaces,
  emptying,
  pods,
)
