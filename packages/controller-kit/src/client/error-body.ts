import type { HttpResponse } from './connections.ts'

/** A Status with many causes is some KiB; what a proxy answers instead may have no end. */
const longestErrorBody = 1024 * 1024

/** The body of a refusal, or as much of it as anybody will read; the rest is not fetched. */
export const errorText = async (body: HttpResponse['body']): Promise<string> => {
  const chunks: Buffer[] = []
  let length = 0
  // What is left early is cut, which the stream calls an error.
  body.on('error', () => undefined)
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= longestErrorBody) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
