/** Splits a byte stream at newlines; lines are decoded whole, so that no character is cut in two. */
export class LineSplitter {
  #rest: Buffer[] = []

  /** The lines this chunk completes, without their newline; empty ones are left out. */
  push(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end)
      const line =
        this.#rest.length === 0
          ? piece.toString('utf8')
          : Buffer.concat([...this.#rest, piece]).toString('utf8')
      this.#rest = []
      if (line !== '') lines.push(line)
      start = end + 1
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start))
    return lines
  }
}
