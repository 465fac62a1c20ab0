import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { root } from '../../command/root.ts'
import type { Confinement } from './confinement.ts'

/** A service that runs in its image's root file system. */
export interface ConfinedService {
  /** Resolves when it says that it is ready; rejects when it ended before. */
  untilReady(): Promise<void>
  /** Asks it to end, as a kubelet does; answers its exit code and all that it said. */
  stop(): Promise<{ readonly code: number | null; readonly output: string }>
  kill(): void
}

interface Start {
  readonly confinement: Confinement
  /** The root file system. */
  readonly folder: string
  readonly user: number
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** What a pod would mount, by path in the root file system. */
  readonly mounted: Readonly<Record<string, string>>
}

/** A loopback address that no other process uses: what listens here takes nobody's port, and nobody takes its. */
const ownAddress = `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, ownAddress)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('expected a server with a port')
  return address.port
}

/** Makes the folders that an engine would make for its mounts. */
export const withMountPoints = (folder: string): void => mkdirSync(path.join(folder, 'proc'))

/** Starts it with its probes on an address of its own, and ends it when this process ends. */
export const startConfined = async (start: Start): Promise<ConfinedService> => {
  const { confinement, folder, user, argv, env, mounted } = start
  const tether = '/run/tether.mjs'
  for (const [file, text] of Object.entries(mounted)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  mkdirSync(path.join(folder, 'run'), { recursive: true })
  copyFileSync(path.join(root, 'tools/demo/world/tether.mjs'), path.join(folder, tether))
  const probes = `${ownAddress}:${await freePort()}`
  const [program, ...args] = confinement.command(folder, user, [
    ...argv,
    `--health-probe-bind-address=${probes}`,
    '--metrics-bind-address=0',
  ])
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NODE_OPTIONS: `--import=${tether}`, ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = once(child, 'close').then(() => child.exitCode)
  const isReady = async (): Promise<string> => {
    const answer = await fetch(`http://${probes}/readyz`)
    return `${answer.status} ${await answer.text()}`
  }
  const ready = async (): Promise<void> => {
    await expect.poll(isReady, { timeout: 120_000 }).toMatch(/^200 /)
  }
  return {
    untilReady: () =>
      Promise.race([
        ready(),
        ended.then((code) => {
          throw new Error(`it ended with ${code} before it was ready: ${output}`)
        }),
      ]),
    async stop() {
      child.kill('SIGTERM')
      return { code: await ended, output }
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
