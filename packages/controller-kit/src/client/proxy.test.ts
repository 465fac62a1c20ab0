import { expect, it } from 'vitest'
import { proxyFor } from './proxy.ts'

const env = {
  HTTPS_PROXY: 'http://proxy:3128',
  NO_PROXY: '.svc, example.com,10.0.0.0/8,fd00::/8,192.168.1.7,with.port.test:6443,[2001:db8::1]:6443',
}

it.each([
  ['https://api.hub.test:6443', 'http://proxy:3128'],
  ['https://api.example.com', undefined],
  ['https://notexample.com', 'http://proxy:3128'],
  ['https://kubernetes.default.svc', undefined],
  ['https://10.1.2.3:6443', undefined],
  ['https://11.1.2.3:6443', 'http://proxy:3128'],
  ['https://192.168.1.7', undefined],
  ['https://[fd00::5]:6443', undefined],
  ['https://127.0.0.1:6443', undefined],
  ['https://with.port.test:6443', undefined],
  ['https://with.port.test:443', 'http://proxy:3128'],
  ['https://[2001:db8::1]:6443', undefined],
  ['https://[2001:db8::1]', 'http://proxy:3128'],
])('%s', (server, proxy) => {
  expect(proxyFor(server, env, undefined)).toBe(proxy)
})

it("prefers the kubeconfig's own, and none without a setting", () => {
  expect(proxyFor('https://10.1.2.3', env, 'http://own')).toBe('http://own')
  expect(proxyFor('https://api', {}, undefined)).toBeUndefined()
})

it('takes a proxy without a scheme for one of http, as Go does', () => {
  expect(proxyFor('https://api', { https_proxy: 'ann:pw@proxy:3128' }, undefined)).toBe(
    'http://ann:pw@proxy:3128',
  )
})
