import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Cluster } from '@odfmo/testkit'
import { expect } from 'vitest'
import { temporaryFolder } from './clients.ts'

export interface RunningExample {
  /** All that it printed. */
  readonly lines: readonly string[]
  /** Asks it to stop; expects that it ends in order. */
  stop(): Promise<void>
}

/**
 * Runs a file of examples/ as a user does: `KUBECONFIG=a:b node <file>`; each cluster is a context of its own name.
 * Resolves when it has printed something: on a busy machine a process takes its time to start.
 */
export const runExample = async (file: string, clusters: readonly Cluster[]): Promise<RunningExample> => {
  const folder = await temporaryFolder()
  const paths = clusters.map(({ name }) => join(folder.path, `${name}.kubeconfig`))
  await Promise.all(clusters.map((cluster, i) => writeFile(paths[i] ?? '', cluster.kubeconfig())))
  const script = join(import.meta.dirname, '../examples', file)
  const child = spawn(process.execPath, ['--conditions=@odfmo/source', script], {
    env: { ...process.env, KUBECONFIG: paths.join(':') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line))
  }
  const printed = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  await Promise.race([printed, closed])
  return {
    lines,
    async stop() {
      child.kill('SIGTERM')
      expect({ code: await closed, lines }).toMatchObject({ code: 0 })
      await folder.remove()
    },
  }
}
