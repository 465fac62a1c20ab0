/** The text, or its beginning of at most `most` UTF-16 units with a mark that it was cut. */
export const shortened = (text: string, most: number): string =>
  // Half a character is stored as another one: what was written would never be there.
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
