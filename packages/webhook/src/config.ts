import { isIP } from 'node:net'
import { contract } from '@odfmo/api-types'
import { ConfigError, type Environment, type ServiceFlags } from '@odfmo/controller-kit'
import * as z from 'zod'
import { installedNames } from './installed-names.ts'

/** Where the server's certificate comes from. */
export type CertificateConfig =
  | { readonly from: 'files'; readonly certFile: string; readonly keyFile: string }
  /** Made here, kept in a Secret of this namespace, which is the service's own. */
  | {
      readonly from: 'self-signed'
      readonly namespace: string
      /** Of the Secret that keeps the CA; left out: as installed. */
      readonly secret?: string
      /** Host names and IP addresses that it is called by, besides those of the Service. */
      readonly hosts?: readonly string[]
    }

/** What the webhook is told besides the flags all services have. */
export interface WebhookConfig {
  readonly host: string
  readonly port: number
  readonly certificate: CertificateConfig
}

/** Where the Operator Lifecycle Manager mounts certificate and key. */
const mounted = '/apiserver.local.config/certificates/apiserver'

/** The webhook's own flags; the others are every service's. */
export const webhookFlags = {
  host: { type: 'string', describe: 'address to serve admission on', default: '0.0.0.0' },
  port: { type: 'string', describe: 'port to serve admission on', default: String(contract.webhook.port) },
  'tls-cert-file': { type: 'string', describe: `PEM, read again when it changes (default ${mounted}.crt)` },
  'tls-key-file': { type: 'string', describe: `PEM, read again when it changes (default ${mounted}.key)` },
  'self-signed': {
    type: 'boolean',
    describe: 'make, keep and renew the certificate here, and tell the webhook configurations of its CA',
    default: false,
  },
  'self-signed-host': {
    type: 'string',
    describe: 'names and addresses, separated by commas, that it is called by besides those of its Service',
  },
  'self-signed-secret': {
    type: 'string',
    describe: `the Secret that keeps the CA (default ${installedNames.secret})`,
  },
} as const

const anyPort = { error: 'expected a port, 0 to 65535' }
const noFiles = z.undefined({ error: 'is not for --self-signed, which makes its own certificate' }).optional()
const onlySelfSigned = z.undefined({ error: 'is only for --self-signed' }).optional()

const dnsName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/
// A zone (`%eth0`) is this machine's own affair: no certificate can have it.
const isHost = (host: string): boolean => dnsName.test(host) || (isIP(host) !== 0 && !host.includes('%'))

const address = z.object({
  '--host': z.string().regex(/^[\w.:%-]+$/, { error: 'expected an address to listen on, such as 0.0.0.0' }),
  '--port': z
    .string()
    .regex(/^\d{1,5}$/, anyPort)
    .transform(Number)
    .refine((port) => port <= 65_535, anyPort),
})
const files = address.extend({
  '--self-signed': z.literal(false),
  '--tls-cert-file': z.string().default(`${mounted}.crt`),
  '--tls-key-file': z.string().default(`${mounted}.key`),
  '--self-signed-host': onlySelfSigned,
  '--self-signed-secret': onlySelfSigned,
})
const selfSigned = address.extend({
  '--self-signed': z.literal(true),
  '--tls-cert-file': noFiles,
  '--tls-key-file': noFiles,
  [contract.env.podNamespace]: z
    .string({ error: 'is required with --self-signed: the namespace that the webhook runs in' })
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
      error: 'expected the name of a namespace: lower-case letters, digits and -',
    }),
  '--self-signed-host': z
    .string()
    .transform((list) => list.split(','))
    .refine((hosts) => hosts.every(isHost), {
      error: 'expected DNS names in lower case or IP addresses, separated by commas',
    })
    .optional(),
  '--self-signed-secret': z
    .string()
    .regex(dnsName, { error: 'expected the name of a Secret: lower-case letters, digits, - and .' })
    .optional(),
})
const schema = z.discriminatedUnion('--self-signed', [files, selfSigned])

/** Reads the environment and the service's own flags; throws a `ConfigError` with all problems at once. */
export const webhookConfig = ({ own }: Pick<ServiceFlags, 'own'>, env: Environment): WebhookConfig => {
  const given = Object.entries(own).map(([name, value]) => [`--${name}`, value])
  const parsed = schema.safeParse({ ...env, ...Object.fromEntries(given) })
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
  }
  const { data } = parsed
  return {
    host: data['--host'],
    port: data['--port'],
    certificate: data['--self-signed']
      ? {
          from: 'self-signed',
          namespace: data[contract.env.podNamespace],
          ...(data['--self-signed-secret'] === undefined ? {} : { secret: data['--self-signed-secret'] }),
          ...(data['--self-signed-host'] === undefined ? {} : { hosts: data['--self-signed-host'] }),
        }
      : { from: 'files', certFile: data['--tls-cert-file'], keyFile: data['--tls-key-file'] },
  }
}
