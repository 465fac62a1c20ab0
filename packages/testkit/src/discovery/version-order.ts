const parse = (version: string): readonly [stability: number, major: number, minor: number] | undefined => {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (match === null) return undefined
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0
  return [stability, Number(match[1]), Number(match[3] ?? 0)]
}

/** Orders API versions as the server prefers them: stable before beta before alpha, newer before older, the rest by name. */
export const compareVersions = (left: string, right: string): number => {
  const a = parse(left)
  const b = parse(right)
  if (a === undefined || b === undefined) {
    if (a === b) return left < right ? -1 : Number(left > right)
    return a === undefined ? 1 : -1
  }
  return b[0] - a[0] || b[1] - a[1] || b[2] - a[2]
}
