/** One answer, made comparable: what differs from run to run is replaced (see normalize.ts). */
export interface RecordedAnswer {
  /** `PUT /api/v1/… as USER` */
  readonly request: string
  /** HTTP status. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** Of a watch: the events that the case waited for. */
  readonly events?: readonly unknown[]
}

/** All answers of a case, in the order of the requests. */
export type Transcript = readonly RecordedAnswer[]

/** How a case went on a provider. */
export interface CaseResult {
  /** `AREA: TITLE` */
  readonly name: string
  readonly transcript: Transcript
  /** What the case itself expected and did not find, or why it could not go on. */
  readonly failure?: string
}
