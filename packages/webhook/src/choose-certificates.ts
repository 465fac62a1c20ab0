import { systemClock, type KubeClient } from '@odfmo/controller-kit'
import type { CertificateConfig } from './config.ts'
import type { SelfSignedSourceOptions } from './self-signed-source.ts'
import { CertificateFiles } from './serving/certificate-files.ts'
import type { CertificateObserver, CertificateSource } from './serving/certificate-source.ts'

/** Where certificates come from, and the client that this takes, if any. */
export interface ChosenCertificates {
  readonly certificates: CertificateSource
  readonly client?: KubeClient
}

/** The source that the configuration names. Files need no API server, so nothing that speaks with one is loaded for them. */
export const chooseCertificates = async (
  config: CertificateConfig,
  context: Omit<SelfSignedSourceOptions, 'namespace' | 'secret' | 'hosts'> & {
    readonly observer: CertificateObserver
  },
): Promise<ChosenCertificates> => {
  if (config.from === 'files') {
    const { logger, observer } = context
    return { certificates: new CertificateFiles({ ...config, clock: systemClock, logger, observer }) }
  }
  const { selfSignedSource } = await import('./self-signed-source.ts')
  return selfSignedSource({ ...context, ...config })
}
