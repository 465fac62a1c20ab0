import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Usage } from './usage.ts'

const ticksPerSecond = 100
const pageBytes = 4096

interface ProcessStat {
  readonly parent: number
  readonly name: string
  readonly cpuUs: number
  readonly residentBytes: number
}

const statOf = (pid: number): ProcessStat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name stands in parentheses and may contain any character
    const end = text.lastIndexOf(')')
    const fields = text.slice(end + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return {
      parent: Number(fields[1]),
      name: text.slice(text.indexOf('(') + 1, end),
      cpuUs: (ticks / ticksPerSecond) * 1e6,
      residentBytes: Number(fields[21]) * pageBytes,
    }
  } catch {
    return undefined // it has ended
  }
}

/** What the descendants of this process with one of these names use together; undefined where /proc does not tell. */
export const usageOf = (names: readonly string[]): Usage | undefined => {
  if (!existsSync('/proc/self/stat')) return undefined
  const all = new Map<number, ProcessStat>()
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? statOf(Number(entry)) : undefined
    if (stat !== undefined) all.set(Number(entry), stat)
  }
  const isOurs = (pid: number): boolean => {
    const { parent } = all.get(pid) ?? { parent: 0 }
    return parent === process.pid || (parent > 1 && isOurs(parent))
  }
  const found = [...all]
    .filter(([pid, { name }]) => names.includes(name) && isOurs(pid))
    .map(([, stat]) => stat)
  const sum = (field: 'cpuUs' | 'residentBytes'): number =>
    found.reduce((total, stat) => total + stat[field], 0)
  return { cpuUs: sum('cpuUs'), residentBytes: sum('residentBytes'), heapBytes: 0 }
}
