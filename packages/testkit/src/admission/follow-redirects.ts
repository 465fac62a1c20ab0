import { goNetworkError } from './go-network-error.ts'
import { hostOf } from './https-post.ts'
import type { HttpsPost, Post, Posted } from './https-post.ts'

const mostRequests = 10
/** After which a POST goes on as a GET without a body. */
const seeOther = new Set([301, 302, 303])
const redirects = new Set([...seeOther, 307, 308])

/** Sends a post, and goes on where it is sent to, all in the time of the first. Rejects with what the network says, and where. */
export const followRedirects = async (https: HttpsPost, first: Post): Promise<Posted> => {
  const endsAt = https.clock.monotonic() + first.timeoutMs
  let post = first
  for (let count = 1; ; count += 1) {
    const at = post
    const failed = (why: string): Error => new Error(`Post ${JSON.stringify(at.url.href)}: ${why}`)
    const answer = await https.send(at).catch((error: unknown) => {
      throw failed(goNetworkError(error, at))
    })
    const { location } = answer
    if (!redirects.has(answer.status) || location === undefined) return answer
    const url = URL.parse(location, at.url)
    if (url === null) throw failed(`failed to parse Location header ${JSON.stringify(location)}`)
    if (count === mostRequests)
      // as it was sent
      throw new Error(`Post ${JSON.stringify(location)}: stopped after ${mostRequests} redirects`)
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new Error(
        `Post ${JSON.stringify(url.href)}: unsupported protocol scheme ${JSON.stringify(url.protocol.slice(0, -1))}`,
      )
    const other = seeOther.has(answer.status) ? { method: 'GET' as const, body: '' } : {}
    const timeoutMs = endsAt - https.clock.monotonic()
    post = { ...at, ...other, url, address: url, serverName: hostOf(url), timeoutMs }
  }
}
