import { createPrivateKey, X509Certificate } from 'node:crypto'

const isPem = (text: string, kind: RegExp): boolean =>
  new RegExp(`-----BEGIN ${kind.source}-----[\\s\\S]+-----END ${kind.source}-----`).test(text)

/** Why a certificate and a key (PEM) are no pair, in the words of Go's crypto/tls; undefined when they are. */
export const keyPairProblem = (certificate: string, key: string): string | undefined => {
  if (!isPem(certificate, /CERTIFICATE/)) return 'tls: failed to find any PEM data in certificate input'
  if (!isPem(key, /(?:[A-Z]+ )?PRIVATE KEY/)) return 'tls: failed to find any PEM data in key input'
  try {
    const isPair = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
    return isPair ? undefined : 'tls: private key does not match public key'
  } catch {
    return 'tls: failed to parse private key'
  }
}
