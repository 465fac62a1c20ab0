import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse, stringify } from 'yaml'

/** What one command left. */
export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandInput {
  /** A text, or objects that are sent as JSON. */
  readonly stdin?: string | readonly object[]
  readonly env?: Readonly<Record<string, string>>
}

/** Longer than the longest wait of a real server: a namespace that is deleted. */
const commandTimeoutMs = 120_000

/** Words as a shell takes them apart: by spaces, but not within '…' or "…". */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"([^"]*)"/g,
      (_, single: string | undefined, double: string | undefined) => single ?? double ?? '',
    ),
  )

interface Kubeconfig {
  readonly contexts: readonly { readonly context: object }[]
}

/** A kubectl with a home of its own: its kubeconfig, its cache and its files are in one folder. */
export class Kubectl {
  readonly #program: string
  readonly #folder: string

  constructor(program: string, kubeconfig: string, namespace: string) {
    this.#program = program
    this.#folder = mkdtempSync(path.join(tmpdir(), 'conformance-kubectl-'))
    const config = parse(kubeconfig) as Kubeconfig
    const contexts = config.contexts.map((each) => ({ ...each, context: { ...each.context, namespace } }))
    this.write('config', stringify({ ...config, contexts }, { lineWidth: 0 }))
  }

  /** Puts a file where commands run. */
  write(name: string, text: string): void {
    const file = path.join(this.#folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }

  /** Never rejects: a command that does not start, or has to be ended, has exit code -1. */
  run(command: string, { stdin = '', env = {} }: CommandInput = {}): Promise<CommandResult> {
    return new Promise((resolve) => {
      const child = execFile(
        this.#program,
        wordsOf(command),
        {
          cwd: this.#folder,
          timeout: commandTimeoutMs,
          maxBuffer: 64 * 1024 * 1024,
          env: {
            PATH: process.env['PATH'],
            HOME: this.#folder,
            KUBECONFIG: path.join(this.#folder, 'config'),
            TZ: 'UTC',
            // it ends before garbage would matter: a fifth less to compute
            GOGC: 'off',
            ...env,
          },
        },
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          const reason = exitCode === -1 ? (error?.message ?? '') : ''
          resolve({ exitCode, stdout, stderr: `${stderr}${reason}` })
        },
      )
      child.stdin?.on('error', () => undefined) // it may end without having read
      child.stdin?.end(
        typeof stdin === 'string' ? stdin : stdin.map((object) => JSON.stringify(object)).join('\n'),
      )
    })
  }

  /** Removes the folder. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
