import type { Posted } from './https-post.ts'

/** What client-go makes of the status of an answer. */
const messages: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  410: 'the server has asked for a version that is no longer available',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
}

/** Statuses whose text is taken as it is. */
const ownWords = new Set([403, 406, 415])

/** What is wrong with an answer before anybody reads it, in client-go's words; undefined when nothing is. */
export const httpFailure = ({ status, contentType, body }: Posted): string | undefined => {
  const text = body.toString('utf8')
  if (status >= 200 && status <= 206)
    return body.length === 0
      ? `0-length response with status code: ${status} and content type: ${contentType}`
      : undefined
  const isText = contentType === '' || contentType.startsWith('text/')
  const told = (isText ? text.trim() : '') || 'unknown'
  if (ownWords.has(status)) return told
  const message = messages[status]
  if (message !== undefined) return message
  return status >= 500
    ? `an error on the server (${JSON.stringify(told)}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`
}
