import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Clock } from '../clock.ts'
import { redact } from '../logging/redact.ts'
import type { ExecAccess } from './access.ts'
import { parseExecAnswer, type ExecCredential } from './exec-answer.ts'
import { ExecError } from './exec-error.ts'
import type { Identity } from './identity.ts'

/** A plugin asks a cloud's token service: seconds. Longer than a call waits, so that the next call finds the answer. */
const longestRunMs = 60_000
/** An ExecCredential with a chain of certificates is a few KiB. */
const longestAnswer = 1024 * 1024
const longestComplaint = 512

/**
 * Runs a plugin once. Throws an `ExecError`: not found (with the install hint), a failure (with the end of what it
 * wrote to stderr, secrets taken out), no answer within 60 s, or an answer that is none.
 */
export const runExec = async (
  plugin: ExecAccess,
  cluster: Identity,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Promise<ExecCredential> => {
  const fail: Fail = (what) => new ExecError(`the credential plugin ${plugin.command} ${what}`)
  const child = start(
    plugin,
    { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: execInfo(plugin, cluster) },
    fail,
  )
  let answer = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text
    if (answer.length > longestAnswer) child.kill('SIGKILL')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-16 * longestComplaint)
  })
  let stopClock = (): void => undefined
  try {
    const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>(
      (resolve, reject) => {
        stopClock = clock.after(longestRunMs, () =>
          reject(fail(`gave no answer within ${longestRunMs / 1000} s`)),
        )
        child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted(plugin, error, fail)))
        child.on('close', (exit, killedBy) => resolve({ code: exit, signal: killedBy }))
      },
    )
    if (answer.length > longestAnswer) throw fail(`answered more than ${longestAnswer / 1024} KiB`)
    if (code !== 0) {
      const said = excerpt(complaint, plugin)
      throw fail(`failed (${code === null ? signal : `exit code ${code}`})${said === '' ? '' : `: ${said}`}`)
    }
    return parseExecAnswer(answer, plugin)
  } finally {
    stopClock()
    if (child.exitCode === null) child.kill('SIGKILL')
    // A child of the plugin may hold them open.
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

type Fail = (what: string) => ExecError

const start = (
  plugin: ExecAccess,
  env: NodeJS.ProcessEnv,
  fail: Fail,
): ChildProcessByStdio<null, Readable, Readable> => {
  try {
    return spawn(plugin.command, [...(plugin.args ?? [])], {
      env,
      // Nobody is there to be asked.
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
  } catch (error) {
    // Some failures are told by an event, others (a path through a file, too large an environment) at once.
    throw notStarted(plugin, error as NodeJS.ErrnoException, fail)
  }
}

const notStarted = ({ installHint }: ExecAccess, error: NodeJS.ErrnoException, fail: Fail): ExecError => {
  const why = error.code === 'ENOENT' ? 'was not found' : `cannot be started (${error.code ?? 'unknown'})`
  // No cause: the system's error holds the arguments, and they may hold a secret.
  return fail(installHint === undefined ? why : `${why}. ${installHint.slice(0, longestComplaint)}`)
}

/** `KUBERNETES_EXEC_INFO`, as client-go writes it. */
const execInfo = ({ apiVersion, cluster }: ExecAccess, identity: Identity): string =>
  JSON.stringify({
    kind: 'ExecCredential',
    apiVersion,
    spec: {
      interactive: false,
      ...(cluster === undefined
        ? {}
        : {
            cluster: {
              server: identity.server,
              'tls-server-name': identity.tlsServerName,
              'insecure-skip-tls-verify': identity.insecureSkipTlsVerify,
              'certificate-authority-data':
                identity.ca === undefined ? undefined : Buffer.from(identity.ca).toString('base64'),
              'proxy-url': identity.proxyUrl,
              config: cluster.config,
            },
          }),
    },
  })

const hidden = '[redacted]'
const jsonWebToken = /\beyJ[\w-]+\.[\w.-]+/g
/** `secret=…`, `"token": "…"`, `--password …`. */
const named =
  /((?:token|secret|password|passwd|key|authorization)["']?\s*[:=]\s*["']?|--[\w-]*(?:token|secret|password|key)\s+)[^\s"',;]{6,}/gi
/** Random characters, as in keys; long words and host names have fewer kinds of them. */
const random = /(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*[a-z])[\w+/=-]{24,}/g

/** The end of what a plugin complained of, in one line, without anything that was given to it or looks like a secret. */
const excerpt = (complaint: string, { args = [], env = {} }: ExecAccess): string => {
  const given = [...Object.values(env), ...args.map((arg) => arg.replace(/^-[^=]*=?/, ''))]
  let text = complaint
  for (const value of given) if (value.length >= 6) text = text.replaceAll(value, hidden)
  const clean = (redact(text.slice(-4096)) as string)
    .replace(jsonWebToken, hidden)
    .replace(named, `$1${hidden}`)
    .replace(random, hidden)
    .replace(/\s+/g, ' ')
    .trim()
  return clean.length > longestComplaint ? `…${clean.slice(-longestComplaint)}` : clean
}
