import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { InvalidArgumentError } from 'commander'
import { cli } from '../command/cli.ts'
import { root } from '../command/root.ts'
import { rounded, type Row } from './row.ts'

/** Benchmark → the program that prints its rows as JSON on stdout. */
const suites: Readonly<Record<string, string>> = {
  testkit: 'tools/bench/testkit.ts',
  'controller-kit': 'tools/bench/controller-kit.ts',
  hub: 'tools/bench/hub.ts',
  agent: 'tools/bench/agent.ts',
  webhook: 'tools/bench/webhook.ts',
}

await cli(
  'bench',
  `Measures, does not judge: exit 0 even when a bar is missed. Benchmarks: ${Object.keys(suites).join(', ')}.`,
)
  .argument('[names...]', 'only these benchmarks', knownSuite)
  .option('--json', 'print one JSON document instead of the table')
  .action(async (names: string[], { json = false }: { json?: boolean }) => {
    const wanted = names.length === 0 ? Object.keys(suites) : names
    const rows: Row[] = []
    for (const name of wanted) rows.push(...(await measure(name)))
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
    process.stdout.write(json ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : table(machine, rows))
  })
  .parseAsync()

async function measure(name: string): Promise<Row[]> {
  const file = suites[name] ?? ''
  if (!existsSync(path.join(root, file))) {
    process.stderr.write(`${name}: there is no benchmark of it yet\n`)
    return []
  }
  process.stderr.write(`${name} …\n`)
  const { status, stdout } = await run(file)
  if (status !== 0) {
    process.stderr.write(`${name}: the benchmark failed (exit code ${status})\n`)
    process.exitCode = 1
    return []
  }
  return JSON.parse(stdout) as Row[]
}

/** Runs one benchmark; with us it ends, and what it has started with it. */
function run(file: string): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, ['--expose-gc', '--conditions=@odfmo/source', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = (signal: NodeJS.Signals): void => {
    child.kill(signal)
    process.exit(1)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, end)
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      for (const signal of signals) process.off(signal, end)
      resolve({ status, stdout })
    })
  })
}

function table(machine: string, rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, bar, holds, against = '', ratio }) => [
    name,
    rounded(value),
    unit,
    bar === undefined ? '' : rounded(bar),
    bar === undefined ? '' : holds ? 'holds' : 'MISSED',
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    against,
  ])
  const all = [['what', 'value', 'unit', 'bar', '', 'ratio', 'beside'], ...cells]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  const numbers = new Set([1, 3, 5])
  const lines = all.map((row) =>
    row
      .map((text, column) =>
        numbers.has(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return `${machine}\n\n${lines.join('\n')}\n`
}

function knownSuite(name: string, before: string[] = []): string[] {
  if (!(name in suites)) throw new InvalidArgumentError(`There are: ${Object.keys(suites).join(', ')}.`)
  return [...before, name]
}
