import { contract } from '@odfmo/api-types'
import { ConfigError, type ServiceFlags } from '@odfmo/controller-kit'
import { handlers } from '@odfmo/secret-exchange'
import * as z from 'zod'
import type { AgentScope } from './agent-scope.ts'

/** What the agent is told, beside what every service is. */
export interface AgentConfig {
  readonly scope: AgentScope
  readonly hubKubeconfig: string
  /** This process among others: for leases. */
  readonly podName: string | undefined
}

/** The agent's own flags; the others are every service's. */
export const agentFlags = {
  'hub-kubeconfig': {
    type: 'string',
    describe: 'file; what it names may be relative to it, and may rotate',
    required: true,
  },
  'cluster-name': { type: 'string', describe: 'this cluster, as the hub calls it', required: true },
  namespace: {
    type: 'string',
    describe: 'where the agent lives: its locks and its sign of life',
    required: true,
  },
  mode: {
    type: 'string',
    describe: 'async or sync; what is done for a MirrorPeer its own type says',
    required: true,
    choices: Object.values(contract.mirrorPeer.type),
  },
} as const

/** Probes and metrics share the port that the Deployment probes, unless told otherwise; `0` switches one off. */
export const agentDefaults = {
  'health-probe-bind-address': ':8000',
  'metrics-bind-address': '--health-probe-bind-address',
} as const

/** A namespace's name, as the API server has it. */
const namespace = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected the name of a namespace')
const orDefault = (value: string) =>
  z
    .string()
    .optional()
    .transform((text) => (text === undefined || text === '' ? value : text))

const { env, defaultSourceMatch } = contract

const schema = z.object({
  'hub-kubeconfig': z.string().optional(),
  'cluster-name': namespace.optional(),
  namespace: namespace.optional(),
  [env.odrNamespace]: z.union([z.literal(''), namespace]).optional(),
  [env.tokenSourceMatch]: orDefault(defaultSourceMatch.token),
  [env.s3SourceMatch]: orDefault(defaultSourceMatch.s3),
  POD_NAME: z.string().optional(),
})

/**
 * The agent's configuration from flags and environment; that a flag is missing is said elsewhere.
 * @throws ConfigError with all problems at once.
 */
export const configure = (
  { own }: Pick<ServiceFlags, 'own'>,
  environment: Readonly<Record<string, string | undefined>>,
): AgentConfig => {
  const parsed = schema.safeParse({ ...environment, ...own })
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0])
        return `${name in agentFlags ? `--${name}` : name}: ${message}`
      }),
    )
  }
  const { data } = parsed
  return {
    hubKubeconfig: data['hub-kubeconfig'] ?? '',
    podName: data.POD_NAME,
    scope: {
      clusterName: data['cluster-name'] ?? '',
      installNamespace: data.namespace ?? '',
      odrNamespace: data[env.odrNamespace] === '' ? undefined : data[env.odrNamespace],
      match: { token: data[env.tokenSourceMatch], s3: data[env.s3SourceMatch] },
      handlers,
    },
  }
}
