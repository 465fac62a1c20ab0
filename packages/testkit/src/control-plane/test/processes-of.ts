import { execFileSync } from 'node:child_process'

/** The processes that name this folder in their arguments, which all of a control plane do: `pid program`. */
export const processesOf = (folder: string): string[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 2 ** 24 })
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '))
