import { contract } from '@odfmo/api-types'
import { ConfigError, type ServiceFlags } from '@odfmo/controller-kit'
import * as z from 'zod'

/** What the hub controller is told besides the flags all services have. */
export interface HubConfig {
  /** The operator's own namespace, which is Ramen's as well. */
  readonly podNamespace: string
  /** The agent's image. */
  readonly tokenExchangeImage: string
  /** Port of the console's Service. */
  readonly consolePort: number
}

export const consolePortFlag = 'multicluster-console-port'

const required = z.string({ error: 'is required' }).min(1, { error: 'is required', abort: true })

const schema = z.object({
  [contract.env.podNamespace]: required.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
    error: 'expected the name of a namespace: lower-case letters, digits and -',
  }),
  [contract.env.tokenExchangeImage]: required.regex(/^\S+$/, { error: 'expected an image, without blanks' }),
  [`--${consolePortFlag}`]: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'expected a port, 1 to 65535' })
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, { error: 'expected a port, 1 to 65535' }),
})

/** Reads the environment and the service's own flags; throws a `ConfigError` with all problems at once. */
export const hubConfig = (
  { own }: Pick<ServiceFlags, 'own'>,
  env: Readonly<Record<string, string | undefined>>,
): HubConfig => {
  const parsed = schema.safeParse({ ...env, [`--${consolePortFlag}`]: own[consolePortFlag] })
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  }
  const { [contract.env.podNamespace]: podNamespace, [contract.env.tokenExchangeImage]: tokenExchangeImage } =
    parsed.data
  return { podNamespace, tokenExchangeImage, consolePort: parsed.data[`--${consolePortFlag}`] }
}
