import { execFile } from 'node:child_process'
import path from 'node:path'
import { root } from './root.ts'

/** nx as a plain program: no daemon that stays behind, no full-screen display, the pinned pnpm on PATH. */
export function nxEnvironment(): NodeJS.ProcessEnv {
  const folders = [
    path.join(root, 'tools/bin'),
    path.join(root, 'node_modules/.bin'),
    process.env['PATH'] ?? '',
  ]
  const PATH = folders.join(path.delimiter)
  return { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', PATH }
}

/** nx's arguments to build these packages, or all. */
export function nxBuildArguments(projects: readonly string[] = []): string[] {
  const some = projects.length === 0 ? [] : [`--projects=${projects.join(',')}`]
  return ['run-many', '--target=build', '--outputStyle=static', ...some]
}

/** Builds packages whose sources changed since their last build, in silence; throws with nx's output when that fails. */
export async function buildQuietly(projects: readonly string[], signal: AbortSignal): Promise<void> {
  const env = { ...process.env, ...nxEnvironment(), NO_COLOR: '1' }
  await new Promise<void>((resolve, reject) => {
    execFile(
      path.join(root, 'node_modules/.bin/nx'),
      nxBuildArguments(projects),
      { cwd: root, env, signal, maxBuffer: 2 ** 26 },
      (cause, stdout, stderr) => {
        if (cause === null) resolve()
        else reject(new Error(`${projects.join(', ')} cannot be built:\n${stdout}\n${stderr}`, { cause }))
      },
    )
  })
}
