import { invalid, required } from '../field-error.ts'
import type { FieldError } from '../field-error.ts'
import { textAt } from '../kube-object.ts'
import { subdomainProblems } from '../verbs/names.ts'

const form = '; desired format: https://host[/path]'

/** Scheme, authority, query and fragment; the parts that are absent are undefined. */
const urlPattern = /^(?:([A-Za-z][\w+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s

/** What may not stand in the name of a host. */
const wrongInHost = /[\s"<>\\^`{|}]/

/** What is wrong with the URL of a webhook, in the words that Go's reader of URLs gives the real server. */
export const webhookUrlErrors = (url: string, path: string): FieldError[] => {
  const [, scheme = '', authority = '', , query = '', fragment = ''] = urlPattern.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  const [user, host] = at === -1 ? ['', authority] : [authority.slice(0, at), authority.slice(at + 1)]
  const wrong = wrongInHost.exec(host)?.[0]
  if (wrong !== undefined)
    return [
      required(
        path,
        `url must be a valid URL: parse ${JSON.stringify(url)}: invalid character ${JSON.stringify(wrong)} in host name${form}`,
      ),
    ]
  return [
    ...(scheme.toLowerCase() === 'https'
      ? []
      : [invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`)]),
    ...(host === '' ? [invalid(path, '', `host must be specified${form}`)] : []),
    ...(at === -1 ? [] : [invalid(path, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalid(path, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(path, query, 'query parameters are not permitted in the URL')]),
  ]
}

const pathErrors = (urlPath: string, at: string): FieldError[] => {
  if (urlPath === '' || urlPath === '/') return []
  if (urlPath === '//') return [invalid(at, urlPath, 'segment[0] may not be empty')]
  const start = urlPath.startsWith('/') ? [] : [invalid(at, urlPath, "must start with a '/'")]
  const segments = urlPath.slice(1).replace(/\/$/, '').split('/')
  return [
    ...start,
    ...segments.flatMap((segment, index) =>
      segment === ''
        ? [invalid(at, urlPath, `segment[${index}] may not be empty`)]
        : subdomainProblems(segment).map((problem) => invalid(at, urlPath, `segment[${index}]: ${problem}`)),
    ),
  ]
}

/** What is wrong with the service that a webhook is behind. */
export const webhookServiceErrors = (service: Record<string, unknown>, path: string): FieldError[] => {
  const { port = 443, path: urlPath } = service
  const isPort = Number(port) >= 1 && Number(port) <= 65_535
  return [
    ...['name', 'namespace'].flatMap((field) =>
      textAt(service, field) === '' ? [required(`${path}.${field}`)] : [],
    ),
    ...(isPort
      ? []
      : [invalid(`${path}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive')]),
    ...(typeof urlPath === 'string' ? pathErrors(urlPath, `${path}.path`) : []),
  ]
}
