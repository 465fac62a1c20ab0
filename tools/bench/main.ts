import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { InvalidArgumentError } from 'commander'
import { cli } from '../command/cli.ts'
import { root } from '../command/root.ts'
import type { Row } from './row.ts'

/** Benchmark → the program that prints its rows as JSON on stdout. */
const suites: Readonly<Record<string, string>> = {
  testkit: 'tools/bench/testkit.ts',
  'controller-kit': 'tools/bench/controller-kit.ts',
  hub: 'tools/bench/hub.ts',
  agent: 'tools/bench/agent.ts',
  webhook: 'tools/bench/webhook.ts',
}

cli(
  'bench',
  `Measures, does not judge: exit 0 even when a bar is missed. Benchmarks: ${Object.keys(suites).join(', ')}.`,
)
  .argument('[names...]', 'only these benchmarks', knownSuite)
  .option('--json', 'print one JSON document instead of the table')
  .action((names: string[], { json = false }: { json?: boolean }) => {
    const wanted = names.length === 0 ? Object.keys(suites) : names
    const rows = wanted.flatMap(measure)
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
    process.stdout.write(json ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : table(machine, rows))
  })
  .parse()

function measure(name: string): Row[] {
  const file = suites[name] ?? ''
  if (!existsSync(path.join(root, file))) {
    process.stderr.write(`${name}: there is no benchmark of it yet\n`)
    return []
  }
  process.stderr.write(`${name} …\n`)
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', '--conditions=@odfmo/source', file],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  if (status !== 0) {
    process.stderr.write(`${name}: the benchmark failed (exit code ${status})\n`)
    process.exitCode = 1
    return []
  }
  return JSON.parse(stdout) as Row[]
}

function table(machine: string, rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, bar, holds }) => [
    name,
    number(value),
    unit,
    number(bar),
    holds ? 'holds' : 'MISSED',
  ])
  const all = [['what', 'value', 'unit', 'bar', ''], ...cells]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const lines = all.map((row) =>
    row
      .map((text, column) =>
        column === 1 || column === 3 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return `${machine}\n\n${lines.join('\n')}\n`
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })
}

function knownSuite(name: string, before: string[] = []): string[] {
  if (!(name in suites)) throw new InvalidArgumentError(`There are: ${Object.keys(suites).join(', ')}.`)
  return [...before, name]
}
