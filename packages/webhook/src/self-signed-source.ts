import {
  Credentials,
  identitySource,
  KubeClient,
  systemClock,
  type Environment,
  type Logger,
  type Metrics,
} from '@odfmo/controller-kit'
import { defaultLifetimes } from './self-signed/lifetimes.ts'
import { installedIn, serviceHosts } from './self-signed/names.ts'
import { SelfSignedCertificates } from './self-signed/self-signed-certificates.ts'
import { systemMaterial } from './self-signed/x509/material.ts'
import type { CertificateSource } from './serving/certificate-source.ts'
import { version } from './version.ts'

/** Which installation this is, and what it is reached by. */
export interface SelfSignedSourceOptions {
  readonly namespace: string
  readonly secret?: string
  /** Besides those of the Service. */
  readonly hosts?: readonly string[]
  readonly kubeconfig: string | undefined
  readonly env: Environment
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * Certificates that the service makes itself, with the client by which it tells of them. Imported only where it is wanted: what
 * speaks with API servers is a third of the program.
 */
export const selfSignedSource = async ({
  namespace,
  secret,
  hosts = [],
  kubeconfig,
  env,
  logger,
  metrics,
}: SelfSignedSourceOptions): Promise<{
  readonly certificates: CertificateSource
  readonly client: KubeClient
}> => {
  const client = new KubeClient({
    cluster: 'hub',
    component: 'webhook',
    version,
    credentials: await Credentials.load(identitySource(kubeconfig, env)),
    observer: metrics.requestObserver,
    env,
  })
  const certificates = new SelfSignedCertificates({
    client,
    names: installedIn(namespace, secret),
    hosts: [...new Set([...serviceHosts(namespace), ...hosts])],
    lifetimes: defaultLifetimes,
    clock: systemClock,
    material: systemMaterial,
    logger,
    observer: metrics,
  })
  return { certificates, client }
}
