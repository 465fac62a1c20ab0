import { scanJson } from './json-scanner.ts'

/** Parses JSON of clients; throws SyntaxError in the words of the real server. A field may have any name. */
export const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new SyntaxError(scanJson(text).problem ?? error.message, { cause: error })
  }
}
