/** How deep secrets are wrapped on the wire: the token in the envelope is base64 of base64 of base64. */
const depth = 4

/** A value as it could stand in a log: plain, JSON-escaped, hex, and base64 nested `depth` times at every alignment. */
const formsOf = (value: string): readonly string[] => {
  const forms = new Set<string>([
    value,
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('hex'),
  ])
  let layer = [value]
  for (let n = 0; n < depth; n += 1) {
    layer = layer.flatMap(base64Cores)
    for (const form of layer) forms.add(form)
  }
  return [...forms].filter((form) => form.length >= shortestForm)
}

/** Shorter ones would be found by chance. */
const shortestForm = 8

/**
 * What base64 makes of a value inside a longer text, whatever stands before it: one core for each of the three
 * alignments, without the characters that neighbours have a part in.
 */
const base64Cores = (value: string): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
    const whole = bytes.toString('base64').replaceAll('=', '')
    const end = Math.floor((bytes.length * 8) / 6)
    return whole.slice(offset === 0 ? 0 : offset + 1, end)
  })

/** The secrets that stand in a text in any form: their position in `secrets` and the form's length, never the value. */
export const appearancesOf = (secrets: readonly string[], text: string): readonly string[] =>
  secrets.flatMap((secret, n) =>
    formsOf(secret)
      .filter((form) => text.includes(form))
      .map((form) => `secret ${n} in a form of ${form.length} characters`),
  )
