import { isIP } from 'node:net'
import { implicit } from './der.ts'

/** A host name or an IP address as it stands in a subjectAltName: dNSName, or iPAddress in its octets. */
export const generalName = (host: string): Buffer => {
  switch (isIP(host)) {
    case 4:
      return implicit(7, Uint8Array.from(host.split('.').map(Number)))
    case 6:
      return implicit(7, octetsOf(host))
    default:
      return implicit(2, Buffer.from(host, 'ascii'))
  }
}

const octetsOf = (address: string): Uint8Array => {
  // A URL writes what ends like IPv4 (`::ffff:10.0.0.1`) as groups of hex digits too.
  const canonical = new URL(`https://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const missing = 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)]
  return Uint8Array.from(all.map((group) => Number.parseInt(group, 16)).flatMap((n) => [n >> 8, n & 0xff]))
}
