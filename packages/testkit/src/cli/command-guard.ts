import { spawn } from 'node:child_process'

/**
 * Holds the other end of our pipe. The first line on it is the command's process id, a second one says that all is over.
 * Its end without that: we are gone, whatever became of us. Then the command goes, and the folder.
 */
const guardScript = `
if read -r pid; then
  if read -r over; then exit 0; fi
  kill -s TERM "$pid"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -s 0 "$pid" || break
    sleep 0.2
  done
  kill -s KILL "$pid"
fi
[ -z "$1" ] || rm -rf "$1"
`

/** Who sees to it that a command does not outlive this process, not even when that is killed, nor a folder. */
export interface CommandGuard {
  /** To be called at once: the process id must still be the command's. */
  watch(pid: number): void
  /** The command has ended. */
  release(): void
}

/**
 * Started before the command, for we may be killed in the moment in which that begins. `folder`: empty for none.
 *
 * Beside the command and not around it: it keeps our terminal and our process group.
 */
export const commandGuard = (folder: string): CommandGuard => {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // its own process group: what ends ours, by a Ctrl-C or a SIGKILL, must not end it
    detached: true,
  })
  guard.on('error', () => undefined) // no shell, no guard
  guard.stdin.on('error', () => undefined)
  guard.unref()
  return {
    watch: (pid) => void guard.stdin.write(`${pid}\n`),
    release: () => void guard.stdin.end('over\n'),
  }
}
