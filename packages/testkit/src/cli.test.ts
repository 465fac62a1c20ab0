import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kinds } from '@odfmo/api-types'
import { ClusterClient } from './access/cluster-client.ts'
import { startCluster } from './start-cluster.ts'
import { describeControlPlane } from './testing/describe-control-plane.ts'

const cli = ['--conditions=@odfmo/source', fileURLToPath(new URL('./cli.ts', import.meta.url))]

let folder = ''
const running = new Set<ChildProcess>()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testkit-cli-'))
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
  rmSync(folder, { recursive: true, force: true })
})

interface Tool {
  readonly child: ChildProcess
  /** The first line it prints. */
  readonly ready: Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>
}

const start = (...args: string[]): Tool => {
  const child = spawn(process.execPath, [...cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  })
  running.add(child)
  const exit = once(child, 'exit') as Promise<[number | null]>
  return {
    child,
    ready: once(child.stdout, 'data').then(([chunk]: Buffer[]) => String(chunk).trim()),
    ended: Promise.all([exit, text(child.stdout), text(child.stderr)]).then(([[code], output, errors]) => ({
      code,
      output,
      errors,
    })),
  }
}

const inFolder = (name: string): string => join(folder, name)

const upTests = (provider: string): void => {
  it('leaves kubeconfig files while it runs, and nothing when it is told to stop', async () => {
    const place = inFolder('new/deeper')
    const { child, ready, ended } = start(
      'up',
      '--clusters',
      'hub,c1',
      '--dir',
      place,
      '--provider',
      provider,
    )
    const files = [join(place, 'hub.kubeconfig'), join(place, 'c1.kubeconfig')]
    expect((await ready).split('\n')).toEqual(files)
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600)
    child.kill('SIGTERM')
    expect(await ended).toEqual({ code: 0, output: expect.anything(), errors: '' })
    expect(readdirSync(folder)).toEqual([])
  })
}

describe('odfmo-testkit up', () => {
  upTests('memory')

  it('tells as JSON where the clusters are, which have what was asked for', async () => {
    writeFileSync(
      inFolder('objects.yaml'),
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: app }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: app }\n',
    )
    const { child, ready, ended } = start(
      'up',
      '--json',
      '--dir',
      folder,
      '--apply',
      inFolder('objects.yaml'),
    )
    const told = JSON.parse(await ready) as {
      pid: number
      clusters: { name: string; kubeconfig: string; url: string }[]
    }
    expect(told.pid).toBe(child.pid)
    const [cluster] = told.clusters
    expect(cluster).toMatchObject({ name: 'cluster', kubeconfig: inFolder('cluster.kubeconfig') })
    const client = new ClusterClient(readFileSync(cluster?.kubeconfig ?? '', 'utf8'), 'test')
    expect(client.access.server).toBe(cluster?.url)
    expect(await client.raw('/api/v1/namespaces/app/configmaps/c')).toMatchObject({ kind: 'ConfigMap' })
    await client.close()
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
  })

  it('plays the real world', async () => {
    const names = ['--clusters', 'hub,c1', '--simulators', 'ocm,storage,ramen']
    const { child, ready, ended } = start('up', ...names, '--dir', folder)
    const [hub = ''] = (await ready).split('\n')
    const client = new ClusterClient(readFileSync(hub, 'utf8'), 'test')
    const conditionsOf = async (): Promise<string[]> => {
      const cluster = await client.get(kinds.ManagedCluster, { name: 'c1' })
      return (cluster?.status?.conditions ?? []).map(({ type, status }) => `${type}=${status}`)
    }
    await expect.poll(conditionsOf).toContain('ManagedClusterConditionAvailable=True')
    await client.close()
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0, errors: '' })
  })

  it('runs a command with KUBECONFIG, ends with its exit code, and leaves nothing', async () => {
    const script = 'echo "$KUBECONFIG"; test -f "$TESTKIT_KUBECONFIG_C_1" && exit 9'
    const { code, output, errors } = await start('up', '--clusters', 'hub,c-1', '--', 'sh', '-c', script)
      .ended
    expect({ code, errors }).toEqual({ code: 9, errors: '' })
    expect(
      output
        .trim()
        .split(':')
        .map((path) => path.split('/').at(-1)),
    ).toEqual(['hub.kubeconfig', 'c-1.kubeconfig'])
    expect(readdirSync(folder)).toEqual([])
  })

  it('passes a signal on to the command, and tells its end as a shell does', async () => {
    const { child, ready, ended } = start('up', '--', 'sh', '-c', 'echo here; exec sleep 60')
    await ready
    child.kill('SIGTERM')
    expect((await ended).code).toBe(128 + 15)
    expect(readdirSync(folder)).toEqual([])
  })

  it.each(['SIGINT', 'SIGHUP', 'SIGTERM'] as const)('passes %s on as it is', async (signal) => {
    const script =
      'for s in INT HUP TERM; do trap "echo SIG$s; exit 3" $s; done; echo here; while :; do sleep 0.02; done'
    const { child, ready, ended } = start('up', '--', 'sh', '-c', script)
    await ready
    child.kill(signal)
    const { code, output } = await ended
    expect([code, output.trim().split('\n').at(-1)]).toEqual([3, signal])
  })

  it('leaves neither the command nor its folder when it is killed', async () => {
    const { child, ready, ended } = start('up', '--', 'sh', '-c', 'echo here; exec sleep 60')
    await ready
    child.kill('SIGKILL')
    // nobody has the pipes' other ends any more
    await ended
    await expect.poll(() => readdirSync(folder)).toEqual([])
  })

  it('tells of a command that is not there', async () => {
    const { code, errors } = await start('up', '--', inFolder('nothing')).ended
    expect({ code, errors }).toEqual({ code: 127, errors: expect.stringContaining('cannot be run') })
  })

  it('ends when whoever started it has ended, however', async () => {
    const shell = spawn(
      'sh',
      ['-c', '"$@" & echo $!; wait', 'sh', process.execPath, ...cli, 'up', '--dir', inFolder('d')],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    running.add(shell)
    const lines = createInterface({ input: shell.stdout })
    for await (const line of lines) if (line === inFolder('d/cluster.kubeconfig')) break
    shell.kill('SIGKILL')
    // it ends when nobody has the pipe's other end any more
    await once(shell.stdout.resume(), 'close')
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends with an error where nothing can be written, and starts nothing', async () => {
    const place = '/proc/nowhere/x'
    const { code, errors } = await start('up', '--dir', place).ended
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringContaining(`nothing can be written to ${place}`),
    })
    expect((await start('up', '--crds', inFolder('none')).ended).errors).toContain('--crds: ENOENT')
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends with an error when a port is taken', async () => {
    const other = await startCluster()
    const port = new URL(other.url).port
    const { code, errors } = await start('up', '--port', port, '--dir', inFolder('d')).ended
    await other.stop()
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining(port) })
    expect(readdirSync(folder)).toEqual([])
  })

  describe('a kubeconfig file that is there already', () => {
    const path = (): string => inFolder('cluster.kubeconfig')

    it('is left alone when it is of one that runs, and written over when that was killed', async () => {
      const first = start('up', '--dir', folder)
      await first.ready
      const refused = await start('up', '--dir', folder).ended
      expect(refused).toMatchObject({
        code: 1,
        errors: expect.stringContaining(`process ${first.child.pid}`),
      })
      first.child.kill('SIGKILL')
      await first.ended
      expect(existsSync(path())).toBe(true)
      const second = start('up', '--dir', folder)
      await second.ready
      second.child.kill('SIGHUP')
      expect((await second.ended).code).toBe(0)
      expect(existsSync(path())).toBe(false)
    })
  })
})

describeControlPlane('odfmo-testkit up --provider control-plane', () => upTests('control-plane'))
