/**
 * Orders two resourceVersions of one resource: negative when `a` is older. They are decimal integers that
 * only grow within a resource (Kubernetes 1.35 documents it), too large for a double.
 */
export const compareResourceVersions = (a: string, b: string): number => {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
