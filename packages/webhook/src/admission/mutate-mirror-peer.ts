import { defaultMirrorPeer, type MirrorPeer } from '@odfmo/api-types'
import type { AddOperation } from './admission-review.ts'
import { judge } from './judge.ts'
import type { Admit } from './mirror-peer-requests.ts'
import { mostWarnings, problemTexts, warningTexts } from './warning-texts.ts'

/** Fills in what the user left out. It refuses nothing, which is for the one that validates, but says already what is wrong. */
export const mutateMirrorPeer: Admit = (request) => {
  const { problems, warnings } = judge(request)
  const wrong = problemTexts(problems)
  return {
    allowed: true,
    patch: defaultsPatch(request.object),
    warnings: [...wrong, ...warningTexts(warnings, mostWarnings - wrong.length)],
  }
}

const nothing = { metadata: {}, spec: {} } as unknown as MirrorPeer
/** The members of spec that have a default. Others are not looked at: there may be a quarter of a million. */
const defaulted = Object.keys(defaultMirrorPeer(nothing).spec)

/** The members of spec that get their defaults; none where there is no spec to put them into. */
const defaultsPatch = (object: unknown): readonly AddOperation[] => {
  if (!isObject(object) || !isObject(object['spec'])) return []
  const before = object['spec']
  const spec = Object.fromEntries(defaulted.map((name) => [name, before[name]]))
  const { spec: after } = defaultMirrorPeer({ metadata: {}, spec } as unknown as MirrorPeer)
  return Object.entries(after)
    .filter(([name, value]) => before[name] !== value)
    .map(([name, value]) => ({ op: 'add', path: `/spec/${name}`, value }))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
