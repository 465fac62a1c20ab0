import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from '../command/root.ts'

/** Instead of PATH: what engines there are is said by each test. */
let bin: string
beforeEach(() => {
  bin = mkdtempSync(path.join(tmpdir(), 'odfmo-engines-'))
})
afterEach(() => rmSync(bin, { recursive: true, force: true }))

const images = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const flags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']
  const { status, stderr } = spawnSync(process.execPath, [...flags, 'tools/images/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: bin, SOURCE_DATE_EPOCH: '1700000000', ...env },
  })
  return { status, stderr }
}

/** A program that notes how it is called, and does what the script says. */
const engine = (name: string, script: string): void =>
  writeFileSync(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${bin}/calls'\n${script}\n`, {
    mode: 0o755,
  })
const calls = (): readonly string[] => {
  const file = path.join(bin, 'calls')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

it('builds with the first engine that works, and says why others do not', () => {
  engine('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
  engine('podman', 'exit 0')
  const where = ['--prefix', 'registry.example.org/odfmo', '--tag', '1.2.3']
  const { status, stderr } = images(['--service', 'webhook,console-init', '--push', ...where])
  expect(status, stderr).toBe(0)
  expect(stderr).toContain('docker: Cannot connect to the Docker daemon')
  expect(stderr).toContain('buildah: not on PATH')
  expect(stderr).toContain('building with podman')
  const facts =
    '--build-arg VERSION=1.2.3 --build-arg REVISION=unknown --build-arg SOURCE_DATE_EPOCH=1700000000'
  expect(calls().filter((call) => !/ (info|version) /.test(call))).toEqual(
    ['webhook', 'console-init'].flatMap((name) => {
      const image = `registry.example.org/odfmo/${name}:1.2.3`
      return [
        `podman build --tag ${image} --file images/${name}/Dockerfile ${facts} .`,
        `podman push ${image}`,
      ]
    }),
  )
})

it('stops at what an engine cannot build', () => {
  engine('buildah', 'test "$1" = info')
  const { status, stderr } = images(['--engine', 'buildah'])
  expect(status).toBe(1)
  expect(stderr).toMatch(/odfmo\/hub-controller:\S+: buildah ended with 1/)
  expect(calls().filter((call) => call.startsWith('buildah build'))).toHaveLength(1)
})

it('pushes nothing without an engine, and says so', () => {
  const { status, stderr } = images(['--push'])
  expect(status).toBe(1)
  expect(stderr).toBe(
    [
      'images: docker: not on PATH',
      'images: podman: not on PATH',
      'images: buildah: not on PATH',
      'images: no engine works, so there is no image',
      '',
    ].join('\n'),
  )
})

it.each([
  [['--service', 'operator'], 'there are: hub-controller, token-exchange-agent, webhook, console-init'],
  [['--platform', 'linux/s390x'], 'there are: linux/amd64, linux/arm64'],
  [['--system', '/'], '--system is for --rootfs'],
  [['--rootfs', '/nowhere', '--platform', 'linux/arm64'], '--platform is for an engine'],
])('%j is refused before anything is done', (args, message) => {
  const { status, stderr } = images(args)
  expect(status).toBe(2)
  expect(stderr).toContain(message)
  expect(calls()).toEqual([])
})

it('says what SOURCE_DATE_EPOCH has to be', () => {
  engine('docker', 'exit 0')
  const { status, stderr } = images([], { SOURCE_DATE_EPOCH: 'yesterday' })
  expect(status).toBe(1)
  expect(stderr).toContain('SOURCE_DATE_EPOCH: expected seconds since 1970, got "yesterday"')
})
