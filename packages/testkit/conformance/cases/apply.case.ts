import { area } from '../conformance-case.ts'
import { basics } from './apply/basics.ts'
import { conflicts } from './apply/conflicts.ts'
import { custom } from './apply/custom.ts'
import { forms } from './apply/forms.ts'
import { kinds } from './apply/kinds.ts'
import { lists } from './apply/lists.ts'
import { managers } from './apply/managers.ts'
import { requests } from './apply/requests.ts'
import { unshown } from './apply/unshown.ts'

export const apply = area(
  'server-side apply and managed fields',
  'apply',
  basics,
  lists,
  conflicts,
  managers,
  kinds,
  forms,
  custom,
  requests,
  unshown,
)
