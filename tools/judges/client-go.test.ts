import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startTestCluster } from '@odfmo/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { clientGoProgram } from '../client-go/client-go-program.ts'
import { NoGoProgramError } from '../command/go-program.ts'

/** Building the program takes minutes on a busy machine; each of the program's waits has a limit of its own. */
const timeoutMs = 900_000

/** What the program prints, whatever its exit code. */
const outputOf = (file: string, args: readonly string[]) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    execFile(file, [...args], (_error, stdout, stderr) => resolve({ stdout, stderr }))
  })

it(
  "client-go's informers, apply, leader election and discovery work against a cluster",
  { timeout: timeoutMs },
  async ({ skip }) => {
    const program = await clientGoProgram('judge').catch((error: unknown) => {
      if (error instanceof NoGoProgramError) return skip(error.message)
      throw error
    })
    const cluster = await startTestCluster()
    onTestFinished(async () => cluster.stop())
    const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-judge-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const kubeconfig = path.join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 })
    const { stdout, stderr } = await outputOf(program.file, [kubeconfig])
    const verdicts = stdout.trim().split('\n')
    const failed = verdicts.filter((line) => !line.startsWith('ok '))
    expect(failed, stderr).toEqual([])
    expect(verdicts.length, stderr).toBeGreaterThan(20)
  },
)
