import { spawnSync } from 'node:child_process'
import { userInfo } from 'node:os'

/** A way to run a program with a folder as its root, as somebody who may change nothing there. */
export interface Confinement {
  readonly name: string
  /** The command that runs `argv` in a folder, as the user and group of that number if it can. Its process is the program's. */
  command(folder: string, user: number, argv: readonly string[]): readonly [string, ...string[]]
}

/**
 * As container engines do it: mounts of its own, the root for reading only. `$0` is the folder, which has an empty `proc`.
 */
const mounts = [
  // With what is mounted below: an ordinary user may not uncover that.
  'mount --rbind "$0" "$0"',
  'mount --rbind /proc "$0/proc"',
  'mount -o remount,bind,ro "$0"',
  'exec chroot',
].join('\n')

const asUser = (user: number): readonly string[] => [`--userspec=${user}:${user}`, `--groups=${user}`]

const byRoot: readonly Confinement[] = [
  {
    name: 'unshare and chroot',
    command: (folder, user, argv) => [
      ...(['unshare', '--mount', '--propagation', 'private', 'sh', '-ec'] as const),
      `${mounts} ${asUser(user).join(' ')} "$0" "$@"`,
      ...[folder, ...argv],
    ],
  },
  // Where mounts are not allowed. The user owns nothing of it, so it may not write either.
  { name: 'chroot', command: (folder, user, argv) => ['chroot', ...asUser(user), folder, ...argv] },
]

/** It stays itself, whatever number is asked for. */
const byAnybody: readonly Confinement[] = [
  {
    name: 'unshare with a user namespace',
    command: (folder, _user, argv) => [
      ...(['unshare', '--user', '--map-root-user', '--mount', 'sh', '-ec'] as const),
      `${mounts} "$0" "$@"`,
      ...[folder, ...argv],
    ],
  },
]

/** The first way that works on this machine, or why none does. */
export const findConfinement = (): Confinement | string => {
  if (process.platform !== 'linux') return 'this is no Linux'
  const ways = userInfo().uid === 0 ? byRoot : byAnybody
  const problems: string[] = []
  for (const way of ways) {
    const [program, ...args] = way.command('/', 65_532, ['/bin/true'])
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
    if (status === 0) return way
    problems.push(`${way.name}: ${error?.message ?? stderr.trim()}`)
  }
  return problems.join('; ')
}
