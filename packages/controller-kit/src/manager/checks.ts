import type { Page } from './http-endpoint.ts'

/** One line of a probe; `why` left out: well. `note`: what is to be known though it is well. */
export interface Check {
  readonly name: string
  readonly why?: string
  readonly note?: string
}

/**
 * A probe's answer as Kubernetes components give it: 200 or 500, and with `?verbose` (always when it fails) a
 * line for each check.
 */
export const checksPage = (probe: string, checks: readonly Check[], query: URLSearchParams): Page => {
  const failed = checks.some(({ why }) => why !== undefined)
  if (!failed && !query.has('verbose')) return { status: 200, body: 'ok' }
  const lines = checks.map(({ name, why, note }) =>
    why === undefined ? `[+]${name} ok${note === undefined ? '' : `: ${note}`}` : `[-]${name} failed: ${why}`,
  )
  return {
    status: failed ? 500 : 200,
    body: [...lines, `${probe} check ${failed ? 'failed' : 'passed'}`, ''].join('\n'),
  }
}
