/** Throws a TypeError for rules that cannot be told apart: a key, a log line, a write and a metric bear the name. */
export const checkNames = (rules: readonly { readonly name: string }[]): void => {
  const known = new Set<string>()
  for (const { name } of rules) {
    if (!/^\S+$/.test(name))
      throw new TypeError(`rules: expected a name without spaces for each, got "${name}"`)
    if (known.has(name))
      throw new TypeError(`rules: expected a name of its own for each, two are named "${name}"`)
    known.add(name)
  }
}
