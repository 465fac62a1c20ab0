import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../command/root.ts'
import { hasKubectl, rendered } from '../../generate/test/kubectl.ts'
import { overlay, previousOverlay } from './install-world.ts'

const namesIn = async (kustomization: string): Promise<readonly string[]> =>
  (await rendered(kustomization)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)

// `kubectl apply -k` takes nothing away: what stays behind of the version before, somebody has to know of.
it.skipIf(!hasKubectl)(
  'deploy/README.md names what the version before had and this one has not (skipped without kubectl)',
  async () => {
    const now = new Set(await namesIn(overlay('vanilla')))
    const before = await namesIn(previousOverlay('vanilla'))
    expect(before.length).toBeGreaterThan(20)
    const readme = readFileSync(path.join(root, 'deploy/README.md'), 'utf8')
    const staysBehind = before.filter((one) => !now.has(one))
    expect(staysBehind.filter((one) => !readme.includes(one.split(' ')[1] ?? one))).toEqual([])
  },
)
