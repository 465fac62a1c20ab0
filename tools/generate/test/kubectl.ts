import { execFile, execFileSync } from 'node:child_process'
import path from 'node:path'
import type { KubeObject } from '@odfmo/api-types/meta'
import { findControlPlaneBinaries } from '@odfmo/testkit'
import { parseAllDocuments } from 'yaml'
import { root } from '../../command/root.ts'

/** How a run of kubectl ended. */
export interface KubectlRun {
  readonly code: number
  readonly out: string
  /** What it says to people: warnings of the server too. */
  readonly errors: string
}

const stored = (): string | undefined => {
  try {
    return findControlPlaneBinaries(false).kubectl
  } catch {
    return undefined
  }
}

/** That of the control plane's store, or else the machine's. */
const program = stored() ?? 'kubectl'

/** Tests that need it are skipped without it, but not where the control plane has to be there. */
export const hasKubectl = ((): boolean => {
  if (process.env['ODFMO_REQUIRE_CONTROL_PLANE'] === '1') return true
  try {
    execFileSync(program, ['version', '--client'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Runs kubectl at the repository's root; `home` is where it keeps what it discovered, and its kubeconfig `config`. */
export const kubectl = (args: readonly string[], home = '/nonexistent', input = ''): Promise<KubectlRun> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, HOME: home, KUBECONFIG: path.join(home, 'config') }
    const child = execFile(program, args, { cwd: root, env, maxBuffer: 2 ** 26 }, (error, out, errors) => {
      if (error !== null && typeof error.code === 'string')
        reject(new Error(`${program} could not be started`, { cause: error }))
      else resolve({ code: Number(error?.code ?? 0), out, errors })
    })
    child.stdin?.end(input)
  })

/** What `kubectl apply -k` of this folder would apply. */
export const rendered = async (folder: string): Promise<readonly KubeObject[]> => {
  const { code, out, errors } = await kubectl(['kustomize', folder])
  if (code !== 0 || errors !== '') throw new Error(`kubectl kustomize ${folder}: ${errors}`)
  return parseAllDocuments(out).map((document) => document.toJS() as KubeObject)
}
