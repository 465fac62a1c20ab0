/** Counts how often members of objects are read, of those in them too: work that does not hang on the clock. */
export const counted = (): {
  readonly members: <T extends object>(value: T) => T
  readonly reads: () => number
} => {
  let reads = 0
  const members = <T extends object>(value: T): T =>
    new Proxy(value, {
      get: (target, name, receiver) => {
        reads++
        const member: unknown = Reflect.get(target, name, receiver)
        return typeof member === 'object' && member !== null ? members(member) : member
      },
    })
  return { members, reads: () => reads }
}
