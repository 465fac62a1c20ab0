/** Far more than any object: etcd takes about 1.5 MiB, and JSON may triple it. What is longer has no end. */
const longestLine = 32 * 1024 * 1024

/** Splits a byte stream at newlines; lines are decoded whole, so that no character is cut in two. */
export class LineSplitter {
  #rest: Buffer[] = []
  #restLength = 0

  /** The lines this chunk completes, without their newline; empty ones are left out. Throws when a line is over 32 MiB. */
  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = this.#rest.length === 0 ? chunk.toString('utf8', start, end) : this.#joined(chunk, end)
      if (line !== '') lines.push(line)
      start = end + 1
    }
    if (start < chunk.length) {
      this.#rest.push(chunk.subarray(start))
      this.#restLength += chunk.length - start
    }
    if (this.#restLength > longestLine)
      throw new RangeError(`a line of more than ${longestLine / 2 ** 20} MiB`)
    return lines
  }

  #joined(chunk: Buffer, end: number): string {
    const line = Buffer.concat([...this.#rest, chunk.subarray(0, end)]).toString('utf8')
    this.#rest = []
    this.#restLength = 0
    return line
  }
}
