import { BadRequestError } from './bad-request-error.ts'

/** What a client did wrong, by the error of the HTTP parser; undefined when it went away and nobody can be told. */
export const clientFault = (error: Error): BadRequestError | undefined => {
  const code = 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new BadRequestError(408, 'the request did not come to its end in time', { cause: error })
    case 'HPE_HEADER_OVERFLOW':
      return new BadRequestError(431, 'the header of the request is too long', { cause: error })
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new BadRequestError(413, 'the extensions of a chunk are too long', { cause: error })
    default:
      return new BadRequestError(400, `this is no request of HTTP (${code})`, { cause: error })
  }
}
