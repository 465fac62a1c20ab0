import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pinnedStoreFolder } from '@odfmo/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']

let folder = ''
let bin = ''
let target = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'control-plane-tool-'))
  bin = path.join(folder, 'bin')
  mkdirSync(bin)
  target = pinnedStoreFolder({
    env: { XDG_DATA_HOME: folder },
    platform: process.platform,
    arch: process.arch,
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fill = (where: string, names: readonly string[]): string => {
  mkdirSync(where, { recursive: true })
  for (const name of names) writeFileSync(path.join(where, name), 'already here', { mode: 0o755 })
  return where
}

/** A `go` that writes down how it is called, into what it is to build. */
const fakeGo = (
  version = 'go1.26.8',
  build = 'echo "CGO_ENABLED=$CGO_ENABLED $*" >"$output"; chmod +x "$output"',
): void =>
  writeFileSync(
    path.join(bin, 'go'),
    `#!/bin/sh
[ "$GOTOOLCHAIN" = local ] || exit 9
case $1 in
  env) echo ${version} ;;
  list) echo '{"Version": "v1.35.4", "Time": "2026-01-02T03:04:05Z"}' ;;
  build)
    previous= output=
    for argument; do [ "$previous" = -o ] && output=$argument; previous=$argument; done
    ${build} ;;
esac
`,
    { mode: 0o755 },
  )

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const run = (env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--conditions=@odfmo/source', path.join(import.meta.dirname, 'main.ts')],
      {
        // nothing of the machine's own: neither its Go nor its binaries
        env: { HOME: folder, XDG_DATA_HOME: folder, PATH: `${bin}:/usr/bin:/bin`, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })

test('what is in the store is found: its folder alone on stdout', async () => {
  fill(target, programs)
  expect(await run()).toEqual({ code: 0, stdout: `${target}\n`, stderr: '' })
})

test('what the variables name is found, and nothing is built when it is not whole', async () => {
  fakeGo()
  const assets = fill(path.join(folder, 'assets'), programs)
  expect(await run({ KUBEBUILDER_ASSETS: assets })).toMatchObject({ code: 0, stdout: `${assets}\n` })
  rmSync(path.join(assets, 'kube-controller-manager'))
  const { code, stdout, stderr } = await run({ KUBEBUILDER_ASSETS: assets })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(`kube-controller-manager: KUBEBUILDER_ASSETS=${assets}`)
})

test('without Go it says so, and what to do', async () => {
  const { code, stdout, stderr } = await run({ PATH: bin })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/there is no Go on PATH[^]*https:\/\/go\.dev\/dl\/[^]*KUBEBUILDER_ASSETS/)
  expect(stderr).not.toContain('    at ')
})

test('with an older Go than the module needs it says which is there and which is needed', async () => {
  fakeGo('go1.22.1')
  const { code, stderr } = await run()
  expect(code).toBe(1)
  expect(stderr).toMatch(/Go 1\.\d+\.0 or newer is needed .*the one on PATH is go1\.22\.1/)
})

test('what is not there is built from the pinned module, with versions in it, and found the next time', async () => {
  fakeGo()
  const { code, stdout, stderr } = await run()
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${target}\n` })
  expect(readdirSync(target)).toEqual(programs)
  expect(readdirSync(path.dirname(target))).toHaveLength(1)
  const server = readFileSync(path.join(target, 'kube-apiserver'), 'utf8')
  expect(server).toMatch(/^CGO_ENABLED=0 build -mod=readonly -trimpath -ldflags -s -w /)
  for (const where of ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']) {
    expect(server).toContain(`-X ${where}.gitVersion=v1.35.4 -X ${where}.gitMajor=1 -X ${where}.gitMinor=35`)
    expect(server).toContain(`-X ${where}.buildDate=2026-01-02T03:04:05Z`)
  }
  expect(server).toMatch(/ k8s\.io\/kubernetes\/cmd\/kube-apiserver$/m)
  expect(stderr).toMatch(/building kube-apiserver \(2 of 4\) …\n.*built kube-apiserver in \d+\.\d s/)
  expect(await run()).toEqual({ code: 0, stdout: `${target}\n`, stderr: '' })
})

test('only what is missing is built, as the archives of setup-envtest have no controller manager', async () => {
  fakeGo()
  fill(target, ['etcd', 'kube-apiserver', 'kubectl'])
  expect(await run()).toMatchObject({ code: 0, stdout: `${target}\n` })
  expect(readFileSync(path.join(target, 'kube-apiserver'), 'utf8')).toBe('already here')
  expect(readFileSync(path.join(target, 'kube-controller-manager'), 'utf8')).toContain('build')
})

test('two at once do not get into each other, and what a killed one left goes', async () => {
  fakeGo()
  // no process has this id
  fill(`${target}.part-4194305`, ['etcd'])
  const ended = await Promise.all([run(), run()])
  for (const one of ended) expect(one).toMatchObject({ code: 0, stdout: `${target}\n` })
  expect(readdirSync(target)).toEqual(programs)
  expect(readdirSync(path.dirname(target))).toHaveLength(1)
})

test('when Go fails, what it said is shown, and nothing half done is left', async () => {
  fakeGo('go1.26.8', 'echo "no space left on device" >&2; exit 1')
  const { code, stdout, stderr } = await run()
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/go build failed in .*control-plane:\nno space left on device/)
  expect(readdirSync(path.dirname(target))).toEqual([])
})

test('the module pins the version that the store is searched for', () => {
  const module = readFileSync(path.join(import.meta.dirname, 'go.mod'), 'utf8')
  const version = /^\tk8s\.io\/kubernetes v(\S+)/m.exec(module)?.[1]
  expect(path.basename(target)).toMatch(new RegExp(`^${version}-`))
  expect(statSync(path.join(import.meta.dirname, 'go.sum')).size).toBeGreaterThan(0)
})
