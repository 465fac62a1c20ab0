/** When a token ends by its own words, in milliseconds of wall time; undefined when it says nothing of it. The server is who checks it. */
export const tokenEnd = (token: string | undefined): number | undefined => {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined
    return typeof exp === 'number' ? exp * 1000 : undefined
  } catch {
    // Not a token of that form; others are as good.
    return undefined
  }
}
