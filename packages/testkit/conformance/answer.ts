import { mismatch } from './matches.ts'

/** An answer was not what its case expects. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError'
}

/** What came back for one request. */
export class Answer {
  /** `GET /api/v1/…` */
  readonly request: string
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body as JSON, loosely typed: cases look into it. Undefined when it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- see above
  readonly body: any

  constructor(request: string, status: number, headers: Answer['headers'], text: string) {
    this.request = request
    this.status = status
    this.headers = headers
    this.text = text
    this.body = parsed(text)
  }

  /**
   * Throws unless the status is this and the body has these fields: objects by their named fields, lists item by item,
   * texts by a pattern where one is given, anything by a function; undefined means absent.
   */
  is(status: number, fields?: unknown): this {
    const wrong =
      this.status === status
        ? fields === undefined
          ? undefined
          : mismatch(this.body, fields)
        : `expected status ${status}, got ${this.status} ${this.text.slice(0, 300)}`
    if (wrong !== undefined) throw new ExpectationError(`${this.request}: ${wrong}`)
    return this
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
