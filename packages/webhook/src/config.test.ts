import { ConfigError } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { webhookConfig } from './config.ts'

const defaults = { host: '0.0.0.0', port: '9443', 'self-signed': false }
const config = (own: Readonly<Record<string, string | boolean>> = {}, env = {}) =>
  webhookConfig({ own: { ...defaults, ...own } }, env)
const problems = (own: Readonly<Record<string, string | boolean>>, env = {}): readonly string[] => {
  try {
    config(own, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  return []
}

describe('webhookConfig', () => {
  it('takes the files that OLM mounts, unless it is told of others', () => {
    const mounted = '/apiserver.local.config/certificates/apiserver'
    expect(config()).toEqual({
      host: '0.0.0.0',
      port: 9443,
      certificate: { from: 'files', certFile: `${mounted}.crt`, keyFile: `${mounted}.key` },
    })
    expect(
      config({ 'tls-cert-file': '/a/tls.crt', 'tls-key-file': '/a/tls.key', host: '::1', port: '0' }),
    ).toEqual({
      host: '::1',
      port: 0,
      certificate: { from: 'files', certFile: '/a/tls.crt', keyFile: '/a/tls.key' },
    })
  })

  it('makes its own certificate for the namespace it runs in', () => {
    expect(config({ 'self-signed': true }, { POD_NAMESPACE: 'odfmo' }).certificate).toEqual({
      from: 'self-signed',
      namespace: 'odfmo',
    })
  })

  it('tells all problems at once', () => {
    expect(problems({ host: 'a b', port: '70000' })).toEqual([
      '--host: expected an address to listen on, such as 0.0.0.0',
      '--port: expected a port, 0 to 65535',
    ])
    expect(problems({ port: 'https', 'self-signed': true, 'tls-key-file': 'k' })).toEqual([
      '--port: expected a port, 0 to 65535',
      '--tls-key-file: is not for --self-signed, which makes its own certificate',
      'POD_NAMESPACE: is required with --self-signed: the namespace that the webhook runs in',
    ])
    expect(problems({ 'self-signed': true }, { POD_NAMESPACE: 'No Such' })).toEqual([
      'POD_NAMESPACE: expected the name of a namespace: lower-case letters, digits and -',
    ])
  })
})
