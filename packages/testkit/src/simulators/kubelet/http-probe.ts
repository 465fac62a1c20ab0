import { Agent, request } from 'undici'
import type { Probe } from '@odfmo/api-types'

/** A probe's request does not look at certificates, and no probe waits for another's connection. */
const dispatcher = new Agent({ connect: { rejectUnauthorized: false }, pipelining: 0 })

/** Whether something answers as healthy (200 to 399) in time. */
export const httpProbe = async (probe: Probe, port: number, timeoutMs: number): Promise<boolean> => {
  const { path = '/', scheme = 'HTTP' } = probe.httpGet ?? {}
  try {
    const { statusCode, body } = await request(`${scheme.toLowerCase()}://127.0.0.1:${port}${path}`, {
      dispatcher,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      headers: { 'user-agent': 'kube-probe/1.35' },
    })
    await body.dump()
    return statusCode >= 200 && statusCode < 400
  } catch {
    return false // nobody listens, or not in time: that is what is asked
  }
}
