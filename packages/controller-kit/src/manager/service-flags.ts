import { parseArgs } from 'node:util'
import { logLevels, type LogLevel } from '../logging/create-logger.ts'
import type { BindAddress } from './http-endpoint.ts'
import { defaultLeaderTimings, type LeaderTimings } from './leader-step.ts'

/** A flag of one service's own: `--cluster-name`. Booleans take `--x`, `--x=true` and `--x=false`. */
export interface FlagDefinition {
  readonly type: 'string' | 'boolean'
  readonly describe: string
  readonly default?: string | boolean
  readonly required?: boolean
  /** Anything else is a problem. */
  readonly choices?: readonly string[]
}

/** How a service is called and what can be said to it. */
export interface ServiceDefinition {
  /** `hub-controller` */
  readonly name: string
  readonly version: string
  readonly describe: string
  readonly flags?: Readonly<Record<string, FlagDefinition>>
  /** Words that may stand before the flags, for callers that are used to a subcommand. */
  readonly words?: readonly string[]
  /** Shared flags that have no effect here: taken, for whoever gives all services the same, and left out of the help. */
  readonly ignores?: readonly SharedFlag[]
  /**
   * Defaults of shared flags that differ: `{ 'health-probe-bind-address': ':8000' }`. An address may be that of another
   * flag: `{ 'metrics-bind-address': '--health-probe-bind-address' }`.
   */
  readonly defaults?: Readonly<Record<string, string | boolean>>
}

/** What every service is told. */
export interface ServiceFlags {
  /** Undefined: `KUBECONFIG`, then the pod's service account (`identitySource`). */
  readonly kubeconfig: string | undefined
  readonly logLevel: LogLevel
  /** Undefined: switched off. */
  readonly metricsAddress: BindAddress | undefined
  readonly healthAddress: BindAddress | undefined
  readonly leaderElect: boolean
  readonly leaderTimings: LeaderTimings
  readonly debug: boolean
  /** The service's own, by name. */
  readonly own: Readonly<Record<string, string | boolean | undefined>>
}

/** What the arguments mean: run (with all problems, if there are some), or print a text and end. */
export type ParsedFlags =
  | { readonly is: 'run'; readonly flags: ServiceFlags; readonly problems: readonly string[] }
  /** Asked for by `--help` or `--version`. */
  | { readonly is: 'text'; readonly text: string }

const duration = (ms: number): string => `${ms / 1000}s`

/** A flag of every service, without its dashes. */
export type SharedFlag =
  | 'kubeconfig'
  | 'log-level'
  | 'metrics-bind-address'
  | 'health-probe-bind-address'
  | 'leader-elect'
  | 'leader-elect-lease-duration'
  | 'leader-elect-renew-deadline'
  | 'leader-elect-retry-period'
  | 'debug'
  | 'version'
  | 'help'

const shared: Readonly<Record<SharedFlag, FlagDefinition>> = {
  kubeconfig: { type: 'string', describe: 'file; else KUBECONFIG, else the service account of the pod' },
  'log-level': { type: 'string', describe: logLevels.join(', '), default: 'info', choices: logLevels },
  'metrics-bind-address': {
    type: 'string',
    describe: '[host]:port of /metrics, 0 switches it off',
    default: ':8080',
  },
  'health-probe-bind-address': {
    type: 'string',
    describe: '[host]:port of /healthz and /readyz, 0 switches them off',
    default: ':8081',
  },
  'leader-elect': { type: 'boolean', describe: 'work only while holding the leader lock', default: false },
  'leader-elect-lease-duration': {
    type: 'string',
    describe: 'others take over after so long a silence',
    default: duration(defaultLeaderTimings.leaseDurationMs),
  },
  'leader-elect-renew-deadline': {
    type: 'string',
    describe: 'stop working when not renewed for so long',
    default: duration(defaultLeaderTimings.renewDeadlineMs),
  },
  'leader-elect-retry-period': {
    type: 'string',
    describe: 'between renewals',
    default: duration(defaultLeaderTimings.retryPeriodMs),
  },
  debug: { type: 'boolean', describe: 'serve /debug/derived on the health address', default: false },
  version: { type: 'boolean', describe: 'print the version and exit' },
  help: { type: 'boolean', describe: 'print this and exit' },
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Go's notation, `15s`, `1m30s`, `500ms`, in milliseconds; undefined when it is none. */
export const parseDuration = (text: string): number | undefined => {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount = '', unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0),
    0,
  )
}

/** `:8080`, `127.0.0.1:8080`, `[::1]:8080`; `'off'` for `0`; undefined when it is none of these. */
export const parseBindAddress = (text: string): BindAddress | 'off' | undefined => {
  if (text === '0') return 'off'
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^\s:[\]]*)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) return undefined
  const host = match[1] ?? match[2] ?? ''
  return host === '' ? { port } : { host, port }
}

type Values = Record<string, string | boolean | undefined>

const readTokens = (
  argv: readonly string[],
  known: Readonly<Record<string, FlagDefinition>>,
  words: readonly string[],
  problems: string[],
): Values => {
  const options = Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }]))
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    tokens: true,
    allowPositionals: true,
  })
  const values: Values = {}
  for (const token of tokens) {
    if (token.kind === 'positional' && !words.includes(token.value))
      problems.push(`unexpected argument "${token.value}"`)
    if (token.kind !== 'option') continue
    const definition = known[token.name]
    if (definition === undefined) problems.push(`unknown flag ${token.rawName}`)
    else if (definition.type === 'boolean') {
      if (token.value === undefined || /^(true|false)$/.test(token.value))
        values[token.name] = token.value !== 'false'
      else problems.push(`--${token.name}: expected true or false, got "${token.value}"`)
    } else if (token.value === undefined || token.value === '')
      problems.push(`--${token.name}: expected a value`)
    else values[token.name] = token.value
  }
  return values
}

const help = (service: ServiceDefinition, known: Readonly<Record<string, FlagDefinition>>): string => {
  const ignored: ReadonlySet<string> = new Set(service.ignores)
  const told = Object.entries(known).filter(([name]) => !ignored.has(name))
  const lines = told.map(([name, flag]) => {
    const left = `  --${name}${flag.type === 'string' ? ` <${flag.required === true ? 'required' : 'value'}>` : ''}`
    const preset = flag.default === undefined || flag.default === false ? '' : ` (default ${flag.default})`
    return `${left.padEnd(44)}${flag.describe}${preset}`
  })
  return [`${service.name} ${service.version}`, service.describe, '', 'Flags:', ...lines, ''].join('\n')
}

/** Reads a command line; every problem is listed, and what is wrong has its default in `flags`. */
export const parseServiceFlags = (service: ServiceDefinition, argv: readonly string[]): ParsedFlags => {
  const problems: string[] = []
  const known = Object.fromEntries(
    Object.entries<FlagDefinition>({ ...service.flags, ...shared }).map(([name, flag]) => {
      const preset = service.defaults?.[name]
      return [name, preset === undefined ? flag : { ...flag, default: preset }]
    }),
  )
  const given = readTokens(argv, known, service.words ?? [], problems)
  if (given['help'] === true) return { is: 'text', text: help(service, known) }
  if (given['version'] === true) return { is: 'text', text: `${service.name} ${service.version}\n` }
  for (const [name, { required, choices }] of Object.entries(known)) {
    const value = given[name]
    if (required === true && value === undefined) problems.push(`--${name} is required`)
    if (typeof value === 'string' && choices !== undefined && !choices.includes(value)) {
      problems.push(`--${name}: expected ${choices.join(' or ')}, got "${value}"`)
      delete given[name]
    }
  }
  const text = (name: string): string => String(given[name] ?? known[name]?.default ?? '')
  const address = (name: string): BindAddress | undefined => {
    const preset = known[name]?.default
    if (given[name] === undefined && typeof preset === 'string' && preset.startsWith('--'))
      return address(preset.slice(2))
    const parsed = parseBindAddress(text(name))
    if (parsed === undefined) problems.push(`--${name}: expected [host]:port or 0, got "${text(name)}"`)
    return parsed === 'off' ? undefined : parsed
  }
  const own = Object.fromEntries(
    Object.keys(service.flags ?? {}).map((name) => [name, given[name] ?? known[name]?.default]),
  )
  const flags: ServiceFlags = {
    kubeconfig: text('kubeconfig') === '' ? undefined : text('kubeconfig'),
    logLevel: logLevels.find((level) => level === text('log-level')) ?? 'info',
    metricsAddress: address('metrics-bind-address'),
    healthAddress: address('health-probe-bind-address'),
    leaderElect:
      given['leader-elect'] === undefined
        ? known['leader-elect']?.default === true
        : given['leader-elect'] === true,
    leaderTimings: leaderTimings(text, problems),
    debug: given['debug'] === true,
    own,
  }
  return { is: 'run', flags, problems }
}

const leaderTimings = (text: (name: string) => string, problems: string[]): LeaderTimings => {
  const read = (name: string): number => {
    const ms = parseDuration(text(name))
    if (ms === undefined || ms <= 0)
      problems.push(`--${name}: expected a duration such as 15s, got "${text(name)}"`)
    return ms ?? Number.NaN
  }
  const timings = {
    leaseDurationMs: read('leader-elect-lease-duration'),
    renewDeadlineMs: read('leader-elect-renew-deadline'),
    retryPeriodMs: read('leader-elect-retry-period'),
  }
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = timings
  if (leaseDurationMs <= renewDeadlineMs)
    problems.push('--leader-elect-lease-duration must be longer than --leader-elect-renew-deadline')
  if (renewDeadlineMs <= retryPeriodMs)
    problems.push('--leader-elect-renew-deadline must be longer than --leader-elect-retry-period')
  return timings
}
