/**
 * As the API server has it for the data of Secrets (letters, digits, `-`, `_` and `.`; no path). It would refuse the whole
 * Secret, and say the key, which may be content.
 */
const dataKey = /^(?!\.{1,2}$)(?!\.\.)[-._a-zA-Z0-9]{1,253}$/

/** Why data that came over the hub cannot be a Secret's: the wire format allows any key. Says no key. */
export const unwritableKey = (data: Readonly<Record<string, unknown>>): string | undefined => {
  const keys = Object.keys(data)
  const bad = keys.findIndex((name) => !dataKey.test(name))
  return bad === -1
    ? undefined
    : `secret-data: key ${bad + 1} of ${keys.length} is none that a Secret can have`
}
