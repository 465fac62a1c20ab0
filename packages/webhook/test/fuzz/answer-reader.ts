import type { ReceivedAnswer } from './answer-problem.ts'

/** Takes answers of HTTP apart, as their bytes come. All have a content length. */
export class AnswerReader {
  #got: Buffer = Buffer.alloc(0)

  /** The answers that are whole by now. */
  take(chunk: Buffer): readonly ReceivedAnswer[] {
    this.#got = this.#got.length === 0 ? chunk : Buffer.concat([this.#got, chunk])
    const answers: ReceivedAnswer[] = []
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      // 100: go on, said in between.
      if (next.status !== 100) answers.push(next)
    }
    return answers
  }

  /** Bytes of an answer that is not whole. */
  get rest(): number {
    return this.#got.length
  }

  #next(): ReceivedAnswer | undefined {
    const end = this.#got.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [start = '', ...lines] = this.#got.toString('latin1', 0, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const length = Number(headers['content-length'] ?? 0)
    const whole = end + 4 + length
    if (this.#got.length < whole) return undefined
    const body = this.#got.toString('utf8', end + 4, whole)
    this.#got = this.#got.subarray(whole)
    return { status: Number(start.split(' ', 2)[1]), headers, body }
  }
}
