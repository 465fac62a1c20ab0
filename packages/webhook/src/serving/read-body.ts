import type { IncomingMessage } from 'node:http'
import { BadRequestError } from './bad-request-error.ts'

/**
 * All of a request's body, as one piece.
 * @throws BadRequestError 413 as soon as it is known to be longer than `maxBytes`; what is left of it stays unread.
 * @throws BadRequestError 400 when the client went away in the middle.
 */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const end = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose)
    }
    const onData = (chunk: Uint8Array): void => {
      length += chunk.length
      if (length > maxBytes) {
        end()
        request.pause()
        reject(tooLong(maxBytes))
        return
      }
      chunks.push(chunk)
    }
    const onEnd = (): void => {
      end()
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks))
    }
    const onClose = (): void => {
      end()
      reject(new BadRequestError(400, 'the client went away before the end of the body'))
    }
    request.on('data', onData).once('end', onEnd).once('close', onClose)
  })

/** Refuses a body that is too long by what its header says, before any of it is read. */
export const checkDeclaredLength = (request: IncomingMessage, maxBytes: number): void => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLong(maxBytes)
}

const tooLong = (maxBytes: number): BadRequestError =>
  new BadRequestError(413, `the body is too long: at most ${maxBytes} bytes are read`)
