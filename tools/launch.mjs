// What every `npm run …` calls. Plain JavaScript without dependencies: it must run on a fresh clone
// with nothing but Node 20. It installs what is missing, then runs the command on the Node that the
// lockfile pins. Everything it says goes to stderr: stdout belongs to the command alone.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants as fileModes,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants, userInfo } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const pnpm = 'pnpm@12.21.0'
const marker = path.join(root, 'node_modules', '.odfmo-installed.json')
const bin = path.join(root, 'node_modules', '.bin')
// TypeScript stripped of its types once, not at every start.
const compileCache = path.join(root, 'node_modules', '.cache', 'odfmo')

/** Command → the program that Node runs. */
const programs = {
  bench: 'tools/bench/main.ts',
  build: 'tools/build.ts',
  chaos: 'tools/chaos/main.ts',
  check: 'tools/check.ts',
  conformance: 'packages/testkit/conformance/main.ts',
  'control-plane': 'tools/control-plane/main.ts',
  demo: 'tools/demo/main.ts',
  downstream: 'tools/downstream/main.ts',
  format: 'tools/format.ts',
  generate: 'tools/generate/main.ts',
  images: 'tools/images/main.ts',
  lint: 'tools/lint/main.ts',
  mutants: 'tools/mutants/main.ts',
  nightly: 'tools/nightly.ts',
  packages: 'tools/packages.ts',
  previous: 'tools/previous/main.ts',
  reference: 'tools/reference/main.ts',
  release: 'tools/release/main.ts',
  scenarios: 'tools/kind/scenarios/main.ts',
  test: 'tools/test.ts',
  typecheck: 'tools/typecheck.ts',
}

const minimumNode = 20
// The first 22 that runs TypeScript without a flag and has what undici needs.
const minimumFallbackNode = [22, 19]
const exitUsage = 2
const nodeFlags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']

main()

function main() {
  const [command, ...args] = process.argv.slice(2)
  if (Number(process.versions.node.split('.')[0]) < minimumNode) {
    fail(
      `Node ${minimumNode} or newer is needed, this is ${process.version}. Install a newer one from https://nodejs.org and run the command again.`,
    )
  }
  const program = command === undefined ? undefined : programs[command]
  if (program === undefined) {
    fail(
      `unknown command ${JSON.stringify(command ?? '')}; there are: ${Object.keys(programs).join(', ')}`,
      exitUsage,
    )
  }
  try {
    accessSync(root, fileModes.W_OK)
  } catch {
    fail(
      `${root} cannot be written by this user, and what a command makes is kept in there. Clone it as this user.`,
    )
  }
  const node = installed() ?? install()
  run(node, [...nodeFlags, path.join(root, program), ...args])
}

/** The Node to use, when the last installation was of exactly these manifests; undefined otherwise. */
function installed() {
  try {
    const { hash, node } = JSON.parse(readFileSync(marker, 'utf8'))
    return hash === manifestsHash() && existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

function manifestsHash() {
  const hash = createHash('sha256')
  for (const file of manifests())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

function manifests() {
  const packages = readdirSync(path.join(root, 'packages'))
    .sort()
    .map((name) => `packages/${name}/package.json`)
    .filter((file) => existsSync(path.join(root, file)))
  return ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages]
}

function install() {
  process.stderr.write('odfmo: installing the dependencies (once, about 20 s) …\n')
  const started = Date.now()
  const result = spawnSync('npx', ['-y', pnpm, 'install', '--frozen-lockfile'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    // With the caller's own PATH: a pinned Node that does not start here must not run npx.
    // And `npm run --silent` would silence the reason of a failure too.
    env: { ...environment(), PATH: process.env.PATH, npm_config_loglevel: 'error' },
  })
  if (result.error !== undefined)
    fail(`npx could not be started: ${result.error.message}. It comes with npm; is npm on PATH?`)
  if (result.signal !== null) process.exit(128 + constants.signals[result.signal])
  if (result.status !== 0) failInstall(`${result.stdout}\n${result.stderr}`)
  const node = nodeToUse()
  mkdirSync(path.dirname(marker), { recursive: true })
  writeFileSync(marker, `${JSON.stringify({ hash: manifestsHash(), node })}\n`)
  process.stderr.write(`odfmo: installed in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
  return node
}

function failInstall(output) {
  process.stderr.write(`${output.trim()}\n\n`)
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|META_FETCH_FAIL/.test(output)) {
    fail(
      'the package registry cannot be reached. The first run needs the network (or a registry set in your npm configuration); later ones do not.',
    )
  }
  if (/OUTDATED_LOCKFILE/.test(output)) {
    fail(`a package.json says something else than pnpm-lock.yaml. Run: npx -y ${pnpm} install`)
  }
  fail('the dependencies could not be installed; what pnpm said is above.')
}

/** The pinned Node, or this one where there is no package of it for this platform (it may not run: musl). */
function nodeToUse() {
  const pinned = path.join(bin, 'node')
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned
  // A pinned Node that does not start must not be found first on PATH either.
  rmSync(pinned, { force: true })
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [needMajor, needMinor] = minimumFallbackNode
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return process.execPath
  return fail(
    `there is no Node 26 package for ${process.platform}-${process.arch}, and this Node is ${process.version}. ` +
      `Install Node ${minimumFallbackNode.join('.')} or newer yourself and run the command again with it.`,
  )
}

/** The environment of everything started from here: our binaries first, and a home (npx keeps its cache there). */
function environment() {
  const home = process.env.HOME || ownHome() || path.join(root, 'node_modules', '.home')
  return { ...process.env, HOME: home, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` }
}

function ownHome() {
  try {
    return userInfo().homedir
  } catch {
    return undefined // a user id without an entry in the user database, as in some containers
  }
}

function run(node, args) {
  // The fourth pipe ends with this process: a command that must not outlive it watches for that.
  const child = spawn(node, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: {
      ...environment(),
      ODFMO_PARENT_FD: '3',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compileCache,
    },
  })
  child.stdio[3].on('error', () => {})
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // npm ends its shell and the shell ends without a word to us: look whether it is still there.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 300).unref()
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function fail(message, exitCode = 1) {
  process.stderr.write(`odfmo: ${message}\n`)
  process.exit(exitCode)
}
