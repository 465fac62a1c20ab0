import type { SentOptions } from '../verbs/api.ts'

/** Bytes that the name of a manager may have. */
const longestManager = 128

/** Go's idea of it: of spaces only the plain one. */
const printable = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u

/** As most are. */
const plainName = new RegExp(`^[ -~]{0,${longestManager}}$`)

/** What stands before the first slash of a user agent, as far as it is a name. */
const agentOf = (userAgent: string): string => {
  const agent = userAgent.split('/', 1)[0] ?? ''
  if (plainName.test(agent)) return agent
  let name = ''
  for (const character of agent) {
    if (!printable.test(character)) continue
    if (Buffer.byteLength(name) + Buffer.byteLength(character) > longestManager) break
    name += character
  }
  return name
}

/** Who writes: the name a request gives itself, else that of its program. */
export const managerName = ({
  fieldManager,
  userAgent,
}: Pick<SentOptions, 'fieldManager' | 'userAgent'>): string => fieldManager || agentOf(userAgent) || 'unknown'
