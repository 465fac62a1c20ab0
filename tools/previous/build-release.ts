import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { KubeObject } from '@odfmo/api-types/meta'
import { root } from '../command/root.ts'
import { hubNamespace } from '../demo/world/names.ts'
import type { BuiltRelease, ServiceName } from './release-file.ts'

const run = promisify(execFile)

/** Of what a program says; a build says a lot. */
const maxBuffer = 2 ** 26

/**
 * Builds a revision by its own means, in a folder of its own that is gone afterwards: with its lockfile, its compiler and
 * its settings, as whoever released it did. Throws with what the build said.
 */
export const buildRelease = async (revision: string): Promise<BuiltRelease> => {
  const { stdout } = await run('git', ['rev-parse', '--verify', `${revision}^{commit}`], { cwd: root })
  const commit = stdout.trim()
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-previous-'))
  try {
    const archive = path.join(folder, 'tree.tar')
    await run('git', ['archive', '--output', archive, commit], { cwd: root })
    await run('tar', ['-xf', archive, '-C', folder])
    rmSync(archive)
    // None of this checkout's settings: the revision finds its own Node and its own packages.
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
    await run(process.execPath, ['tools/launch.mjs', 'build'], { cwd: folder, env, maxBuffer })
    return {
      revision: commit,
      programs: {
        'hub-controller': bundle(folder, 'hub-controller'),
        'token-exchange-agent': bundle(folder, 'token-exchange-agent'),
      },
      objects: await objectsOf(folder),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const bundle = (folder: string, service: ServiceName): string =>
  readFileSync(path.join(folder, 'packages', service, 'dist/main.js'), 'utf8')

/** Said by the code of the revision itself; policies came later than definition and rights. */
const question = `
import * as types from './packages/api-types/src/index.ts'
import { hubRbac } from './packages/hub-controller/src/rbac.ts'
const { mirrorPeerCrd, agentPolicies = [] } = types
process.stdout.write(JSON.stringify([mirrorPeerCrd, ...hubRbac(${JSON.stringify(hubNamespace)}), ...agentPolicies]))
`

const objectsOf = async (folder: string): Promise<readonly KubeObject[]> => {
  const flags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning', '--input-type=module']
  const { stdout } = await run(process.execPath, [...flags, '--eval', question], { cwd: folder, maxBuffer })
  return JSON.parse(stdout) as KubeObject[]
}
