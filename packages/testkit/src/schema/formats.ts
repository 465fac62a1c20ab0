import { isIP, isIPv4, isIPv6 } from 'node:net'

const patterns: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/,
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  duration: /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$|^0$/,
  hostname: /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/,
  email: /^[^@\s]+@[^@\s]+$/,
  mac: /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i,
}

/** Whether there is a day with a date. */
const isDay = (text: string): boolean => {
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

/** Whether a text has a format of OpenAPI; formats the API server does not check hold always. */
export const hasFormat = (format: string, value: string): boolean => {
  switch (format) {
    case 'ipv4':
      return isIPv4(value)
    case 'ipv6':
      return isIPv6(value)
    case 'ip':
      return isIP(value) !== 0
    case 'cidr': {
      const [address = '', bits = ''] = value.split('/')
      return isIP(address) !== 0 && /^\d+$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128)
    }
    case 'date':
      return (patterns['date']?.test(value) ?? false) && isDay(value)
    case 'uri':
      return URL.canParse(value)
    default:
      return patterns[format]?.test(value) ?? true
  }
}
