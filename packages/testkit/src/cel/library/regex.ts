import { noSuchOverload } from '../cel-value.ts'
import { member } from '../functions.ts'
import type { Library } from '../functions.ts'
import { matchWithinTime } from '../within-time.ts'
import { compiledPattern } from './standard.ts'

const prefix = 'Illegal regex: '

const findAll = (text: string, pattern: string, limit = -1n): string[] => {
  const { source, flags } = compiledPattern(pattern, prefix)
  if (limit === 0n) return []
  const all = new RegExp(source, `${flags}g`)
  const found = matchWithinTime(all, text, () => text.match(all)) ?? []
  return limit < 0n ? [...found] : found.slice(0, Number(limit))
}

const find = (text: string, pattern: string): string => {
  const compiled = compiledPattern(pattern, prefix)
  return matchWithinTime(compiled, text, () => compiled.exec(text))?.[0] ?? ''
}

const unmatched = (): never => {
  throw noSuchOverload()
}

/** Kubernetes' `find` and `findAll`. */
export const regexLibrary = (): Library => [
  member('string.find(string): string', find),
  member('string.findAll(string): list<string>', findAll),
  member('string.findAll(string, int): list<string>', findAll),
  // with a pattern that is written down, as most are
  { ...member('dyn.find(dyn): string', unmatched), isHidden: true },
  { ...member('dyn.findAll(dyn): list<string>', unmatched), isHidden: true },
]
