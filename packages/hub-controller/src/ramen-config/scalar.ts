/** Words that YAML 1.1 or 1.2 readers take for something else than text. */
const reserved = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'])

/** Letters first, or a digit first and a letter in it that no number has: text to every reader, in block and flow. */
const isPlain = (text: string): boolean =>
  (/^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !reserved.has(text.toLowerCase())) ||
  /^https?:\/\/[A-Za-z0-9._/-]+(:[0-9]+)?[A-Za-z0-9._/-]*$/.test(text) ||
  (/^[0-9][a-z0-9-]*$/.test(text) && /[a-df-z]/.test(text) && !/^0[xob]/.test(text))

/** A YAML scalar that every reader takes for exactly this text: plain where that is safe, else double-quoted. */
export const yamlScalar = (text: string): string => (isPlain(text) ? text : quoted(text))

/** JSON is YAML, but for the line separators that YAML 1.1 folds. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
