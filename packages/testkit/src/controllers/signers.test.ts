import { expect, it } from 'vitest'
import { readCertificateRequest } from '../certificates/certificate-request.ts'
import { newSigningRequest } from '../simulators/ocm-spoke/registration/signing-request.ts'
import { signers } from './signers.ts'

const kubelet = signers['kubernetes.io/kube-apiserver-client-kubelet']
const serving = signers['kubernetes.io/kubelet-serving']
const client = signers['kubernetes.io/kube-apiserver-client']
const asked = (commonName: string, organizations: string[], dnsNames: string[] = []) =>
  readCertificateRequest(newSigningRequest({ commonName, organizations }, dnsNames).request)
const node = asked('system:node:a', ['system:nodes'])

it.each([
  [client, node, ['client auth'], undefined],
  [client, node, ['client auth', 'key encipherment', 'digital signature'], undefined],
  [client, node, [], 'missing required usage for client certificate: client auth'],
  [client, node, ['client auth', 'any'], 'invalid usage for client certificate: any'],
  [kubelet, node, ['client auth', 'digital signature'], undefined],
  [kubelet, node, ['client auth', 'digital signature', 'key encipherment'], undefined],
  [kubelet, node, ['client auth'], 'usages did not match [client auth digital signature key encipherment]'],
  [
    kubelet,
    asked('a', ['system:nodes']),
    ['client auth', 'digital signature'],
    'subject common name does not begin with system:node:',
  ],
  [kubelet, asked('system:node:a', []), [], 'subject organization is not system:nodes'],
  [kubelet, asked('system:node:a', ['system:nodes'], ['a']), [], 'DNS subjectAltNames are not allowed'],
  [serving, node, [], 'DNS or IP subjectAltName is required'],
  [serving, asked('system:node:a', ['system:nodes'], ['a']), ['server auth', 'digital signature'], undefined],
] as const)('%# tells why it does not sign', (signer, request, usages, problem) => {
  expect(signer?.problem(request, usages)).toBe(problem)
})
