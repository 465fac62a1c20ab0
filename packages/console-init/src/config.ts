import { contract } from '@odfmo/api-types'
import { ConfigError, parseDuration, type Environment, type ServiceFlags } from '@odfmo/controller-kit'
import * as z from 'zod'

/** What the service is told besides the flags all services have. */
export interface ConsoleInitConfig {
  /** The operator's own namespace, in which the console's Deployment is. */
  readonly namespace: string
  /** Port of the console and its Service. */
  readonly port: number
  /** Ends when both objects are right, or fails when that takes longer. Undefined: keeps them right until it is stopped. */
  readonly once: { readonly timeoutMs: number } | undefined
}

const portFlag = 'multicluster-console-port'
const defaultTimeout = '5m'

/** The service's own flags; the others are every service's. */
export const consoleInitFlags = {
  [portFlag]: {
    type: 'string',
    describe: 'port of the Service of the multicluster console',
    default: String(contract.console.port),
  },
  once: {
    type: 'boolean',
    describe: 'end when Service and ConsolePlugin are right: for a Job or an init container',
    default: false,
  },
  timeout: { type: 'string', describe: `with --once: fail after so long (default ${defaultTimeout})` },
} as const

const port = { error: 'expected a port, 1 to 65535' }
const timeout = { error: 'expected a duration longer than 0, such as 90s or 5m' }

const always = z.object({
  [contract.env.podNamespace]: z
    .string({ error: 'is required: the namespace of the console’s Deployment' })
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
      error: 'expected the name of a namespace: lower-case letters, digits and -',
    }),
  [`--${portFlag}`]: z
    .string()
    .regex(/^\d{1,5}$/, port)
    .transform(Number)
    .refine((number) => number >= 1 && number <= 65_535, port),
})
const schema = z.discriminatedUnion('--once', [
  always.extend({
    '--once': z.literal(false),
    '--timeout': z.undefined({ error: 'is only for --once' }),
  }),
  always.extend({
    '--once': z.literal(true),
    '--timeout': z
      .string()
      .default(defaultTimeout)
      .transform((text) => parseDuration(text) ?? 0)
      .refine((ms) => ms > 0, timeout),
    '--leader-elect': z.literal(false, {
      error: 'is not for --once: a run that ends has nobody to take turns with',
    }),
  }),
])

/** Reads the environment and the service's own flags; throws a `ConfigError` with all problems at once. */
export const consoleInitConfig = (
  { own, leaderElect }: Pick<ServiceFlags, 'own' | 'leaderElect'>,
  env: Environment,
): ConsoleInitConfig => {
  const flags = Object.fromEntries(Object.keys(consoleInitFlags).map((name) => [`--${name}`, own[name]]))
  const parsed = schema.safeParse({ ...env, ...flags, '--leader-elect': leaderElect })
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  }
  const { data } = parsed
  return {
    namespace: data[contract.env.podNamespace],
    port: data[`--${portFlag}`],
    once: data['--once'] ? { timeoutMs: data['--timeout'] } : undefined,
  }
}
