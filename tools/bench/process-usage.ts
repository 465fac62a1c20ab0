import { readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** What the system says of a process. Memory in bytes. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly resident: number
  /** The most it ever was. */
  readonly peak: number
}

/** Of a process that runs, from `/proc`. */
export const processUsage = (pid: number | undefined): ProcessUsage => {
  const file = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8')
  const status = file('status')
  const stat = file('stat')
  // The name stands in parentheses and may have blanks in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const bytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) * 1024
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    resident: bytes('VmRSS'),
    peak: bytes('VmHWM'),
  }
}
