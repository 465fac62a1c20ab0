import { X509Certificate } from 'node:crypto'
import type { DeploymentConfig } from './deployment-config.ts'

/**
 * Why a configuration cannot be meant, in one sentence for a condition; undefined: nothing is wrong with it as far as
 * the hub can tell. What the spoke's API server refuses of the rest comes back through the work's status.
 */
export const configProblem = (config: DeploymentConfig): string | undefined =>
  caProblem(config.proxyConfig?.caBundle) ?? registryProblem(config) ?? variableProblem(config)

/** An agent with authorities that it cannot read would trust none of them, and say so nowhere. */
const caProblem = (caBundle = ''): string | undefined => {
  if (caBundle === '') return undefined
  const pem = Buffer.from(caBundle, 'base64').toString('latin1')
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return blocks.length > 0 && blocks.every(isCertificate)
    ? undefined
    : 'spec.proxyConfig.caBundle is not PEM certificates in base64'
}

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).subject !== ''
  } catch {
    return false
  }
}

const registryProblem = ({ registries = [] }: DeploymentConfig): string | undefined => {
  const at = registries.findIndex(({ mirror }) => !/^[^\s/][^\s]*$/.test(mirror))
  return at < 0 ? undefined : `spec.registries[${at}].mirror is no registry`
}

const variableProblem = ({ customizedVariables = [] }: DeploymentConfig): string | undefined => {
  const at = customizedVariables.findIndex(({ name }) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  return at < 0 ? undefined : `spec.customizedVariables[${at}].name is no name of a variable`
}
