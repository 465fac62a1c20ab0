import { invalid } from './denial.ts'
import { judge } from './judge.ts'
import type { Admit } from './mirror-peer-requests.ts'
import { warningTexts } from './warning-texts.ts'

/** Refuses a MirrorPeer that is not what one must be, with every reason at once. */
export const validateMirrorPeer: Admit = (request) => {
  const { ok, problems, warnings } = judge(request)
  const texts = warningTexts(warnings)
  return ok
    ? { allowed: true, warnings: texts }
    : { allowed: false, status: invalid(request, problems), warnings: texts }
}
