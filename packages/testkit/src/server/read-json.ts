/** Parses JSON of clients; throws SyntaxError, also for a field that would become an object's prototype. */
export const readJson = (text: string): unknown => {
  if (text.includes('"__proto__"')) throw new SyntaxError('a field may not be named __proto__')
  return JSON.parse(text) as unknown
}
