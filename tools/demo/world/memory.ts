import { execFileSync } from 'node:child_process'
import path from 'node:path'

interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly mebibytes: number
  readonly command: string
}

/** All processes with their resident memory, as `ps` has them on Linux and macOS. */
function processes(): ProcessRow[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  })
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, kibibytes, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (command === undefined) return []
    return [{ pid: Number(pid), parent: Number(parent), mebibytes: Number(kibibytes) / 1024, command }]
  })
}

const controlPlanePrograms = new Set(['etcd', 'kube-apiserver', 'kube-controller-manager'])

/**
 * Resident memory in MiB by component; where several processes are the same component (an agent per
 * spoke), the largest. `known` names the processes that the demo started; agents are their children, and
 * programs of a control plane descend from them.
 */
export function memoryByComponent(
  known: ReadonlyMap<number, string>,
  agentProgram: string,
): Record<string, number> {
  const rows = processes()
  const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]))
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (known.has(pid) || isOurs(parents.get(pid)))
  const result: Record<string, number> = {}
  const add = (component: string, mebibytes: number): void => {
    result[component] = Math.max(result[component] ?? 0, Math.round(mebibytes * 10) / 10)
  }
  for (const { pid, parent, mebibytes, command } of rows) {
    const component = known.get(pid)
    if (component !== undefined) add(component, mebibytes)
    else if (known.has(parent) && command.includes(agentProgram)) add('token-exchange-agent', mebibytes)
    else {
      const program = path.basename(command.split(' ', 1)[0] ?? '')
      if (controlPlanePrograms.has(program) && isOurs(parent)) add(program, mebibytes)
    }
  }
  return result
}
