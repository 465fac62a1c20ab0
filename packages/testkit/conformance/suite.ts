import type { ConformanceArea } from './conformance-case.ts'
import { crud } from './cases/crud.case.ts'
import { badInput } from './cases/bad-input.case.ts'
import { concurrency } from './cases/concurrency.case.ts'
import { list } from './cases/list.case.ts'
import { watch } from './cases/watch.case.ts'
import { patch } from './cases/patch.case.ts'
import { strategic } from './cases/strategic.case.ts'
import { apply } from './cases/apply.case.ts'
import { crds } from './cases/crds.case.ts'
import { versions } from './cases/versions.case.ts'
import { status } from './cases/status.case.ts'
import { deletion } from './cases/deletion.case.ts'
import { selectors } from './cases/selectors.case.ts'
import { rbac } from './cases/rbac.case.ts'
import { csr } from './cases/csr.case.ts'
import { tables } from './cases/tables.case.ts'
import { kubectl } from './cases/kubectl.case.ts'
import { admission } from './cases/admission.case.ts'
import { cel } from './cases/cel.case.ts'
import { policies } from './cases/policies.case.ts'
import { discovery } from './cases/discovery.case.ts'

/** Every area, in the order of the README's table. */
export const suite: readonly ConformanceArea[] = [
  crud,
  badInput,
  concurrency,
  list,
  watch,
  patch,
  strategic,
  apply,
  crds,
  versions,
  status,
  deletion,
  selectors,
  rbac,
  csr,
  policies,
  cel,
  admission,
  discovery,
  tables,
  kubectl,
]
