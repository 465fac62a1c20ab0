import { execFile, execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../command/root.ts'

/** A repository to change at will, with one commit and the dependencies of this one. */
export interface RepositoryCopy extends Disposable {
  readonly folder: string
  /** Runs a command of `npm run release` there, its own; resolves with what it prints, rejects with what it says when it fails. */
  release(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>
  /** Runs a program there, of node_modules/.bin first; answers what it prints. */
  run(program: string, ...args: readonly string[]): string
  git(...args: readonly string[]): string
  commitAll(message: string): void
  read(file: string): string
  write(file: string, text: string): void
}

const gitIdentity = [
  '-c',
  'user.name=Release',
  '-c',
  'user.email=release@example.com',
  '-c',
  'commit.gpgsign=false',
]
const tsFlags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']

/** Copies all files as they are now that are not ignored, and what is built of the libraries. */
export function copyOfRepository(): RepositoryCopy {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'odfmo-release-')))
  const copy = (file: string): void => {
    const from = path.join(root, file)
    if (existsSync(from)) cpSync(from, path.join(folder, file), { recursive: true, verbatimSymlinks: true })
  }
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  for (const file of tracked.split('\0').filter((one) => one !== '')) copy(file)
  for (const name of readdirSync(path.join(root, 'packages'))) {
    copy(`packages/${name}/node_modules`)
    copy(`packages/${name}/dist`)
  }
  copy('node_modules/@odfmo')
  for (const name of readdirSync(path.join(root, 'node_modules')).filter((one) => one !== '@odfmo')) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name))
  }
  const env = {
    ...process.env,
    PATH: `${path.join(folder, 'node_modules/.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    // nothing of whoever runs the tests
    ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', NO_COLOR: '1' },
  }
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', env })
  const git = (...args: readonly string[]): string => run('git', ...gitIdentity, ...args)
  const commitAll = (message: string): void => {
    git('add', '--all')
    git('commit', '--quiet', '--message', message)
  }
  git('init', '--quiet', '--initial-branch', 'main')
  commitAll('As it is')
  return {
    folder,
    async release(args, more) {
      const program = [...tsFlags, 'tools/release/main.ts', ...args]
      const identity = Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'Release'],
          [`GIT_${who}_EMAIL`, 'release@example.com'],
        ]),
      )
      const { stdout } = await promisify(execFile)(process.execPath, program, {
        cwd: folder,
        env: { ...env, ...identity, ...more },
      })
      return stdout
    },
    run,
    git,
    commitAll,
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    write: (file, text) => writeFileSync(path.join(folder, file), text),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
