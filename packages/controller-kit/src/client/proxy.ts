import { BlockList, isIP } from 'node:net'

/**
 * The proxy for a server: the kubeconfig's own, else `HTTPS_PROXY` unless `NO_PROXY` excludes the host
 * (names and their subdomains, addresses, CIDR ranges, each with a port or without, `*`), in the spelling Go's services take.
 */
export const proxyFor = (
  server: string,
  env: Readonly<Record<string, string | undefined>>,
  own: string | undefined,
): string | undefined => {
  if (own !== undefined) return own
  const { protocol, hostname, port } = new URL(server)
  const name = protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY'
  const proxy = env[name] ?? env[name.toLowerCase()]
  if (proxy === undefined || proxy === '') return undefined
  const host = hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host.startsWith('127.') || host === '::1') return undefined
  const excluded = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((part) => part.trim())
  const usual = protocol === 'http:' ? '80' : '443'
  if (excluded.some((rule) => rule !== '' && excludes(rule, host, port === '' ? usual : port)))
    return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

/** A rule and the port it is for; a colon in an address of IPv6 is no port's. */
const withPort = (rule: string): readonly [rule: string, port: string | undefined] => {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(rule) ?? []
  return [bracketed ?? plain ?? rule, port]
}

const excludes = (ruleWithPort: string, host: string, port: string): boolean => {
  const [rule, onlyPort] = withPort(ruleWithPort)
  if (onlyPort !== undefined && onlyPort !== port) return false
  if (rule === '*') return true
  const [address = '', prefix] = rule.split('/')
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
  if (prefix !== undefined) {
    if (isIP(host) === 0 || isIP(address) !== isIP(host)) return false
    const list = new BlockList()
    list.addSubnet(address, Number(prefix), family)
    return list.check(host, family)
  }
  const domain = rule.replace(/^\*?\./, '')
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`))
}
