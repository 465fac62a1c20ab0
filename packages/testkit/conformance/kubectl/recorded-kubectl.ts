import { execFileSync } from 'node:child_process'
import { findKubectl } from '../../src/control-plane/binaries.ts'

/** Other minor versions of kubectl word things otherwise. */
const recordedMinor = '35'

interface Version {
  readonly clientVersion: { readonly minor: string }
}

/** Path of a kubectl of the version that is recorded; undefined when there is none. */
export const recordedKubectl = (): string | undefined => {
  const program = findKubectl()
  if (program === undefined) return undefined
  const { clientVersion } = JSON.parse(
    execFileSync(program, ['version', '--client', '-o', 'json'], { encoding: 'utf8' }),
  ) as Version
  return clientVersion.minor === recordedMinor ? program : undefined
}
