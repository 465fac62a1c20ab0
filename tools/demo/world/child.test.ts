import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startChild } from './child.ts'

const script = (text: string): string[] => ['-e', text]

test('a child that ends by itself is reported with how, and with its last 50 lines', async () => {
  const child = startChild({
    name: 'cluster x',
    args: script('for (let i = 1; i <= 60; i++) console.log("line " + i); process.exitCode = 3'),
  })
  await expect(child.died).rejects.toThrow(
    /^cluster x ended \(exit code 3\)\. Its last 50 log lines:\n  line 11\n[^]*\n  line 60$/,
  )
})

test('a program that is not there is reported too', async () => {
  await expect(startChild({ name: 'x', args: ['/no/such/program.js'] }).died).rejects.toThrow(
    /Cannot find module/,
  )
})

test('a child that was asked to stop is no death, and one that does not listen is ended', async () => {
  const child = startChild({
    name: 'deaf',
    args: script('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); process.send("up")'),
    channel: true,
  })
  await new Promise((resolve) => child.process.once('message', resolve))
  await child.stop(50)
  expect(child.process.signalCode).toBe('SIGKILL')
})

test('a tethered service ends when its parent is killed', async () => {
  const tether = path.join(import.meta.dirname, 'tether.mjs')
  // The service holds the parent's stdout: it closes only when both are gone.
  const service = `console.log('up'); setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, [
    ...script(
      `require('node:child_process').spawn(process.execPath, ['--import', ${JSON.stringify(tether)}, '-e', ${JSON.stringify(service)}], { stdio: 'inherit' })`,
    ),
  ])
  await new Promise((resolve) => parent.stdout.once('data', resolve))
  parent.kill('SIGKILL')
  await new Promise((resolve) => parent.stdout.once('close', resolve))
})
