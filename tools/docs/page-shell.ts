import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findControlPlaneBinaries, type Cluster } from '@odfmo/testkit'
import { parse, stringify } from 'yaml'
import { root } from '../command/root.ts'

/** What a command did. */
export interface ShellRun {
  readonly code: number
  /** Of both streams, in their order. */
  readonly output: string
}

/** Where a reader of a page types: a folder beside a checkout, a kubeconfig with a context for each cluster, the hub's first. */
export interface PageShell {
  readonly folder: string
  /** Writes the kubeconfig. */
  readonly connect: (clusters: readonly Cluster[]) => void
  readonly run: (command: string) => Promise<ShellRun>
}

interface Lists {
  readonly clusters: readonly object[]
  readonly users: readonly object[]
}

/** Makes it in this folder; what is typed finds the `kubectl` that tests use, as `oc` too. */
export const pageShell = (base: string): PageShell => {
  const [bin, home, folder] = [path.join(base, 'bin'), path.join(base, 'home'), path.join(base, 'my-fleet')]
  for (const made of [bin, home, folder]) mkdirSync(made)
  symlinkSync(root, path.join(base, 'odfmo'))
  const kubectl = kubectlPath()
  for (const name of ['kubectl', 'oc']) symlinkSync(kubectl, path.join(bin, name))
  const kubeconfig = path.join(base, 'kubeconfig')
  const env = {
    PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    KUBECONFIG: kubeconfig,
  }
  return {
    folder,
    connect: (clusters) => writeFileSync(kubeconfig, kubeconfigOf(clusters), { mode: 0o600 }),
    run: (command) =>
      new Promise((resolve) => {
        const args = ['-c', `exec 2>&1\n${command}`]
        execFile('bash', args, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, output) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), output }),
        )
      }),
  }
}

/** That of the control plane's store, or else the machine's. */
const kubectlPath = (): string =>
  stored() ?? execFileSync('/bin/sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).trim()

const stored = (): string | undefined => {
  try {
    return findControlPlaneBinaries(false).kubectl
  } catch {
    return undefined
  }
}

const kubeconfigOf = (clusters: readonly Cluster[]): string => {
  const all = clusters.map((cluster) => parse(cluster.kubeconfig()) as Lists)
  const names = clusters.map(({ name }) => name)
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: all.flatMap((one, n) => one.clusters.map((entry) => ({ ...entry, name: names[n] }))),
    users: all.flatMap((one, n) => one.users.map((entry) => ({ ...entry, name: names[n] }))),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    'current-context': names[0],
  })
}
