/** Where something that a container sees at `mountPath` is on this machine's disk. */
export interface DiskMount {
  readonly mountPath: string
  readonly directory: string
}

const before = String.raw`(?<=^|[\s=:,;"'(])`
const after = String.raw`(?=$|[/\s:,;"')])`

/**
 * A text of a container (an argument, a variable) with every path under a mount turned into where it really is: there
 * is no mount namespace here. `--hub-kubeconfig=/var/run/hub/kubeconfig` → `--hub-kubeconfig=<directory>/kubeconfig`.
 */
export const onDisk = (text: string, mounts: readonly DiskMount[]): string => {
  const byPath = new Map(mounts.map(({ mountPath, directory }) => [mountPath.replace(/\/+$/, ''), directory]))
  const paths = [...byPath.keys()]
    .filter((path) => path !== '')
    .sort((left, right) => right.length - left.length)
  if (paths.length === 0) return text
  const anyPath = paths.map((path) => path.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')
  return text.replace(new RegExp(`${before}(?:${anyPath})${after}`, 'g'), (path) => byPath.get(path) ?? path)
}
