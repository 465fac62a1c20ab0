import { KubeconfigError } from '../client/kubeconfig-error.ts'
import { createLogger } from '../logging/create-logger.ts'
import type { Logger } from '../logging/logger.ts'
import { ListenError } from './listen-error.ts'
import { parseServiceFlags, type ServiceDefinition, type ServiceFlags } from './service-flags.ts'

/** Environment variables by name: `process.env` fits. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Flags or environment that cannot be worked with; every problem in a line of its own. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'ODFMO_CONFIG'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** A process: its flags, its configuration, its work. */
export interface Service<C> extends ServiceDefinition {
  /** Makes the service's own configuration; throws a `ConfigError` with all problems. */
  configure(flags: ServiceFlags, env: Environment): C
  /** Works until the signal is aborted; a rejection is a failure of the process. */
  run(
    config: C,
    context: { readonly flags: ServiceFlags; readonly logger: Logger; readonly signal: AbortSignal },
  ): Promise<void>
}

/** What is needed of the process; its own name for `process`. */
export interface ServiceProcess {
  readonly argv: readonly string[]
  readonly env: Environment
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  on(event: string, listener: (argument: unknown) => void): unknown
  exit(code: number): void
}

/** Asked to stop; failed; bad flag or environment. */
const exitCodes = { stopped: 0, failed: 1, misconfigured: 2 } as const

/**
 * The life of a service's process: flags and environment, signals, exit code. SIGTERM and SIGINT stop it in
 * order, a second one at once; what nobody catches is logged and ends it with 1.
 */
export const runService = async <C>(service: Service<C>, host: ServiceProcess): Promise<void> => {
  const parsed = parseServiceFlags(service, host.argv.slice(2))
  if (parsed.is === 'text') {
    host.stdout.write(parsed.text)
    host.exit(exitCodes.stopped)
    return
  }
  const { flags } = parsed
  const configured = configure(service, flags, host.env)
  const problems = [...parsed.problems, ...configured.problems]
  if (problems.length > 0 || configured.config === undefined) {
    host.stderr.write(`${problems.map((problem) => `${service.name}: ${problem}`).join('\n')}\n`)
    host.exit(exitCodes.misconfigured)
    return
  }
  const logger = createLogger({ component: service.name, level: flags.logLevel })
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT']) {
    host.on(signal, () => {
      if (stop.signal.aborted) host.exit(exitCodes.failed)
      logger.info({ signal }, 'asked to stop')
      stop.abort()
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    host.on(event, (error) => {
      logger.error({ err: error, event }, 'nobody caught this')
      host.exit(exitCodes.failed)
    })
  }
  try {
    await service.run(configured.config, { flags, logger, signal: stop.signal })
    host.exit(exitCodes.stopped)
  } catch (error) {
    // What whoever installs it can put right is said in one line; where in the program it was noticed helps nobody.
    if (error instanceof KubeconfigError || error instanceof ListenError)
      logger.error({ code: error.code }, `failed: ${error.message}`)
    else logger.error({ err: error }, 'failed')
    host.exit(exitCodes.failed)
  }
}

const configure = <C>(
  service: Service<C>,
  flags: ServiceFlags,
  env: Environment,
): { readonly config?: C; readonly problems: readonly string[] } => {
  try {
    return { config: service.configure(flags, env), problems: [] }
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems }
    throw error
  }
}
